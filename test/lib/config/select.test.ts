import { describe, expect, test } from 'vitest';
import { isEks, selectAny, selectCluster } from '../../../lib/config/select.ts';
import { entry, fileOf } from '../../support/forwarder-file.ts';
import { config } from './read.ts';

const other = (name: string) => `{ name: ${name}, kubeAudit: { path: /var/log/kube-audit.log } }`;
const problem = (message: string) => ({ ok: false, problem: { path: '--cluster', message } });

const one = config(fileOf(entry('prod')));
const two = config(fileOf(entry('prod'), entry('staging')));
const elsewhere = config(fileOf(other('onprem'), other('branch')));
const mixed = config(fileOf(entry('prod'), other('onprem')));

describe('of clusters on EKS and of others', () => {
  test.each([
    ['the only one, on EKS', one, undefined, 'prod', true],
    ['the only one, elsewhere', config(fileOf(other('onprem'))), undefined, 'onprem', false],
    ['the one that is named, on EKS', mixed, 'prod', 'prod', true],
    ['the one that is named, elsewhere', mixed, 'onprem', 'onprem', false],
  ])('%s is taken', (_, from, name, found, onEks) => {
    const selection = selectAny(from, name);
    expect(selection).toMatchObject({ ok: true, cluster: { name: found } });
    expect(selection.ok && isEks(selection.cluster)).toBe(onEks);
  });

  test.each([
    [
      'none is taken unnamed where there are several',
      undefined,
      'Needed, since there are several clusters: prod, onprem.',
    ],
    ['none is there by another name', 'elsewhere', 'No cluster is named "elsewhere". Configured: prod, onprem.'],
    ['a misspelt name is known', 'onprm', 'No cluster is named "onprm". Did you mean "onprem"?'],
  ])('%s', (_, name, message) => {
    expect(selectAny(mixed, name)).toEqual(problem(message));
  });
});

describe('of clusters on EKS alone', () => {
  const select = (from: typeof one, name?: string) =>
    selectCluster(from, name, (cluster) => `ask another of ${cluster}.`);

  test.each([
    ['the only one', one, undefined, 'prod'],
    ['the only one beside another cluster', mixed, undefined, 'prod'],
    ['the one that is named', two, 'staging', 'staging'],
  ])('%s is taken', (_, from, name, found) => {
    expect(select(from, name)).toMatchObject({ ok: true, cluster: { name: found } });
  });

  test.each([
    [
      'none is taken unnamed where there are several',
      two,
      undefined,
      'Needed, since there are several clusters: prod, staging.',
    ],
    ['a misspelt name is known, also of the only one', one, 'pord', 'No cluster is named "pord". Did you mean "prod"?'],
    [
      'all are listed where no name is near',
      mixed,
      'elsewhere',
      'No cluster is named "elsewhere". Configured: prod, onprem.',
    ],
    ['another one is refused with what to do', mixed, 'onprem', '"onprem" is not EKS: ask another of onprem.'],
    ['so is the first where no other is there', elsewhere, undefined, '"onprem" is not EKS: ask another of onprem.'],
  ])('%s', (_, from, name, message) => {
    expect(select(from, name)).toEqual(problem(message));
  });
});
