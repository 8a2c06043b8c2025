import { describe, expect, test } from 'vitest';
import { entry, fileOf } from '../../support/forwarder-file.ts';
import { config, said, saidBySynth } from './read.ts';

const PATH = 'kubeAudit: { path: /var/log/kube-audit.log }';

describe('a cluster that is not EKS', () => {
  test('has a name, an index name, a policy and the way to its log, and stands beside the others', () => {
    const { clusters, others } = config(fileOf(entry('prod'), `{ name: OnPrem, ${PATH} }`));
    expect(clusters.map(({ name }) => name)).toEqual(['prod']);
    expect(others).toMatchObject([
      { name: 'OnPrem', indexName: 'onprem', path: '/var/log/kube-audit.log', policy: { name: 'network-policy' } },
    ]);
  });

  test('may be the only one, but not of a stack', () => {
    const text = fileOf(`{ name: onprem, ${PATH} }`);
    expect(said(text)).toEqual([]);
    expect(saidBySynth(text)).toEqual([
      'forwarder.yaml:2: clusters: Missing: a stack needs at least one cluster with eksCloudwatchLog; the others need none.',
    ]);
  });

  test.each([
    [
      'without a name',
      `{ ${PATH} }`,
      'clusters[0].name: Missing: the name of a cluster that is not EKS is needed; write it like name: onprem.',
    ],
    [
      'without a way to its log',
      '{ name: onprem, kubeAudit: {} }',
      'clusters[0].kubeAudit: Missing: where the audit log is; write path: /var/log/kubernetes/audit/kube-audit.log or listen: 0.0.0.0:9443 under it.',
    ],
    [
      'with a relative path',
      '{ name: onprem, kubeAudit: { path: kube-audit.log } }',
      'clusters[0].kubeAudit.path: Expected the whole path of a file, found "kube-audit.log": write it like /var/log/kubernetes/audit/kube-audit.log.',
    ],
    [
      'with a key of EKS',
      `{ name: onprem, ${PATH}, startFrom: 15m }`,
      'clusters[0].startFrom: Only a cluster that is read from CloudWatch Logs takes this key, and kubeAudit says that this one is not: remove one of the two.',
    ],
  ])('%s is a problem', (_, text, sentence) => {
    expect(said(fileOf(text))).toEqual([`forwarder.yaml:3: ${sentence}`]);
  });

  test('can not have the name of another', () => {
    expect(said(fileOf(entry('prod'), `{ name: prod, ${PATH} }`))).toHaveLength(1);
  });
});
