import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_INDEX, PARKED_INDEX } from '../../../lambda/contract.ts';
import { fields } from '../../../lambda/core/document/profiles/ecs.ts';
import { indexName } from '../../../lambda/core/index-pattern.ts';
import { at } from '../../../lambda/core/json.ts';
import { patternFault } from '../../../lib/config/index-pattern.ts';
import { auditTemplate, coverage, isDated, parkedTemplate } from '../../../lib/elasticsearch/template.ts';
import { NOON } from '../../support/builders.ts';

/** Elasticsearch's own rule: `*` is any text. */
function covers(pattern: string, name: string): boolean {
  const literal = pattern.split('*').map((part) => part.replaceAll('.', '\\.'));
  return new RegExp(`^${literal.join('.*')}$`).test(name);
}

const dates = fc.constantFrom('{yyyy.MM.dd}', '{yyyy.MM}', '{yyyy.MM}.01');
const texts = fc.stringMatching(/^[a-z0-9][a-z0-9_.-]{0,12}$/);
const prefixes = fc.oneof(
  fc.constantFrom('logs-kubernetes.audit_logs-', 'logs-', 'logs-eks.audit-', 'metrics-x', 'eks-audit-', 'audit.', ''),
  texts,
);
const patterns = fc
  .tuple(prefixes, fc.constantFrom('{cluster}-', '{cluster}', '{cluster}.', ''), dates)
  .map((parts) => parts.join(''))
  .filter((pattern) => patternFault(pattern) === undefined);
const clusters = fc.stringMatching(/^[a-z0-9][a-z0-9_.-]{0,20}$/);
const times = fc.integer({ min: Date.UTC(2014, 0, 1), max: Date.UTC(2099, 11, 31) });

describe('the names that a template covers', () => {
  test('are those of every index of an accepted pattern, whatever the cluster and the time', () => {
    fc.assert(
      fc.property(patterns, clusters, times, (pattern, cluster, time) => {
        expect(covers(coverage(pattern), indexName(pattern, cluster, time))).toBe(true);
      }),
    );
  });

  // One that looks like a date of this century is nobody's.
  const namespaces = fc.stringMatching(/^[a-z_][a-z0-9_.]{0,20}$/).filter((name) => !name.includes('.20'));
  const types = fc.constantFrom('logs', 'metrics', 'traces');
  const datasets = fc.oneof(
    fc.constantFrom('kubernetes.audit_logs', 'kubernetes.container_logs', 'eks.audit', 'nginx.access'),
    fc.stringMatching(/^[a-z][a-z0-9_.]{0,20}$/),
  );
  test('are never those of an agent’s data stream', () => {
    fc.assert(
      fc.property(patterns, types, datasets, namespaces, (pattern, type, dataset, namespace) => {
        expect(covers(coverage(pattern), `${type}-${dataset}-${namespace}`)).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    [DEFAULT_INDEX, 'logs-kubernetes.audit_logs-*-*.*.*'],
    ['logs-kubernetes.audit_logs-{cluster}-{yyyy.MM}.01', 'logs-kubernetes.audit_logs-*-*.*.*'],
    ['logs-kubernetes.audit_logs-{cluster}-{yyyy.MM}', 'logs-kubernetes.audit_logs-*-*.*'],
    ['logs-kubernetes.audit_logs-{yyyy.MM.dd}', 'logs-kubernetes.audit_logs-20*.*.*'],
    ['eks-audit-{cluster}.{yyyy.MM.dd}', 'eks-audit-*.20*.*.*'],
    ['eks-audit-{cluster}{yyyy.MM}', 'eks-audit-*20*.*'],
    [PARKED_INDEX, 'logs-kubernetes.audit_parked-*-*.*.*'],
  ])('of %s are %s', (pattern, expected) => {
    expect(coverage(pattern)).toBe(expected);
  });
});

describe('an audit template', () => {
  test('makes plain indices with one primary that nothing is added to unasked', () => {
    const { name, body } = auditTemplate(DEFAULT_INDEX);
    expect(name).toBe('eks-audit-forwarder');
    expect(body).not.toHaveProperty('data_stream');
    expect(body.priority).toBe(600);
    expect(body.template.settings).toEqual({ index: { number_of_shards: 1, auto_expand_replicas: '0-1' } });
    expect(body.template.mappings).toMatchObject({ dynamic: false });
  });

  test('maps every field of the document', () => {
    const { mappings } = auditTemplate(DEFAULT_INDEX).body.template;
    const missing = fields.filter(({ path }) => {
      const below = path.flatMap((key, depth) => (depth === 0 ? [key] : ['properties', key]));
      return at(mappings, 'properties', ...below, 'type') === undefined;
    });
    expect(missing).toEqual([]);
  });

  test('names its own lifecycle policy where there is one to name', () => {
    const { settings } = auditTemplate(DEFAULT_INDEX, { lifecycle: true }).body.template;
    expect(at(settings, 'index', 'lifecycle')).toEqual({ name: 'eks-audit-forwarder', parse_origination_date: true });
  });

  test('says nothing about shards to a server that decides itself', () => {
    expect(auditTemplate(DEFAULT_INDEX, { sharded: false }).body.template.settings).toEqual({ index: {} });
  });

  test('of other names is another template, so that neither takes the place of the other', () => {
    const day = auditTemplate(DEFAULT_INDEX);
    const month = auditTemplate('logs-kubernetes.audit_logs-{cluster}-{yyyy.MM}');
    expect(month.name).toBe('eks-audit-forwarder-logs-kubernetes.audit_logs-cluster-month');
    expect(month.body.priority).toBeLessThan(day.body.priority);
    const names = ['eks-{cluster}-{yyyy.MM.dd}', 'eks-{cluster}-{yyyy.MM}.01'].map((each) => auditTemplate(each).name);
    expect(names).toEqual(['eks-audit-forwarder-eks-cluster-day', 'eks-audit-forwarder-eks-cluster-day']);
  });
});

test('the parked template maps why and where, and refuses nothing', () => {
  const { name, body } = parkedTemplate(PARKED_INDEX);
  expect(name).toBe('eks-audit-forwarder-parked');
  expect(at(body.template.mappings, 'properties', 'parked', 'properties', 'reason', 'type')).toBe('keyword');
  expect(body.template.mappings).toMatchObject({ dynamic: false });
});

test.each([
  [DEFAULT_INDEX, true],
  [PARKED_INDEX, true],
  ['eks-{cluster}-{yyyy.MM}', false],
  ['eks-{cluster}.{yyyy.MM.dd}', false],
])('ILM can tell the age of %s: %s', (pattern, dated) => {
  expect(isDated(pattern)).toBe(dated);
  // What Elasticsearch wants of an index name with a day in it.
  expect(/^.*-(\d{4}.\d{2}.\d{2})(-[\d]+)?$/.test(indexName(pattern, 'prod', NOON))).toBe(dated);
});
