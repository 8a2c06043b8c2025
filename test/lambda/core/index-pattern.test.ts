import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CALICO_INDEX, DEFAULT_INDEX, PARKED_INDEX } from '../../../lambda/contract.ts';
import { CALICO, IndexPattern } from '../../../lambda/core/index-pattern.ts';
import { patternFault } from '../../../lib/config/index-pattern.ts';
import { covers } from '../../../lib/elasticsearch/rivals.ts';
import { NOON } from '../../support/builders.ts';

const dates = fc.constantFrom('{yyyy.MM.dd}', '{yyyy.MM}', '{yyyy.MM}.01');
const texts = fc.stringMatching(/^[a-z0-9][a-z0-9_.-]{0,12}$/);
const prefixes = fc.oneof(
  fc.constantFrom('logs-kubernetes.audit_logs-', 'logs-', 'logs-eks.audit-', 'metrics-x', 'eks-audit-', 'audit.', ''),
  texts,
);
const patterns = fc
  .tuple(prefixes, fc.constantFrom('{cluster}-', '{cluster}', '{cluster}.', ''), dates)
  .map((parts) => parts.join(''))
  .filter((pattern) => patternFault(pattern) === undefined)
  .map((pattern) => IndexPattern.of(pattern));
const clusters = fc.stringMatching(/^[a-z0-9][a-z0-9_.-]{0,20}$/);
const times = fc.integer({ min: Date.UTC(2014, 0, 1), max: Date.UTC(2099, 11, 31) });

test.each([
  [
    'logs-kubernetes.audit_logs-{cluster}-{yyyy.MM.dd}',
    'logs-kubernetes.audit_logs-prod-2026.11.21',
    '2026-11-21T23:59:59.999Z',
  ],
  ['audit-{cluster}-{yyyy.MM}', 'audit-prod-2026.11', '2026-11-30T23:59:59.999Z'],
  ['audit-{cluster}-{yyyy.MM}.01', 'audit-prod-2026.11.01', '2026-11-30T23:59:59.999Z'],
  [CALICO_INDEX, 'tigera_secure_ee_audit_kube.prod.20261121', '2026-11-21T23:59:59.999Z'],
])('%s becomes %s, which takes writes until %s', (text, name, end) => {
  const pattern = IndexPattern.of(text);
  expect(pattern.name('prod', NOON)).toBe(name);
  expect(new Date(pattern.end(NOON)).toISOString()).toBe(end);
});

test.each([
  ['eks-{cluster}', 'no date at its end'],
  ['eks-{yyyy.MM.dd}-{cluster}', 'no date at its end'],
  ['eks-{yyyy.MM}.02', 'no date at its end'],
  ['eks-{cluster}-{cluster}-{yyyy.MM}', 'other braces'],
  ['eks-{yyyy}-{yyyy.MM}', 'other braces'],
])('%s is no pattern: %s', (text, fault) => {
  expect(IndexPattern.parse(text)).toBe(fault);
  expect(() => IndexPattern.of(text)).toThrow(text);
});

describe('the indices of a cluster', () => {
  test('are all that the pattern names, at whatever time', () => {
    fc.assert(
      fc.property(patterns, clusters, times, (pattern, cluster, time) => {
        const name = pattern.name(cluster, time);
        expect(pattern.holds(cluster, name)).toBe(true);
        expect(covers(pattern.all(cluster), name)).toBe(true);
      }),
    );
  });

  test.each([
    [DEFAULT_INDEX, 'logs-kubernetes.audit_logs-prod-two-2026.11.21'],
    [DEFAULT_INDEX, 'logs-kubernetes.audit_logs-prod-2026.11'],
    [DEFAULT_INDEX, 'logs-kubernetes.audit_logs-prod-2026.11.21-2'],
    [DEFAULT_INDEX, 'logs-kubernetes_audit_logs-prod-2026.11.21'],
    [DEFAULT_INDEX, 'logs-kubernetes.audit_logs-prod-2026.11x21'],
    [PARKED_INDEX, 'logs-kubernetes.audit_parked-prod-2026.11.02'],
    ['eks-{cluster}-{yyyy.MM}', 'eks-prod-2026.11.01'],
    [CALICO_INDEX, 'tigera_secure_ee_audit_kube.prod.fluentd-20261121-000001'],
    [CALICO_INDEX, 'tigera_secure_ee_audit_kube.prod.two.20261121'],
    [CALICO_INDEX, 'tigera_secure_ee_audit_kube.prod.2026.11.21'],
  ])('of %s are not %s', (pattern, name) => {
    expect(IndexPattern.of(pattern).holds('prod', name)).toBe(false);
  });

  test.each([
    [DEFAULT_INDEX, 'logs-kubernetes.audit_logs-prod-*'],
    [PARKED_INDEX, 'logs-kubernetes.audit_parked-prod-*.01'],
    ['eks-audit-{yyyy.MM}', 'eks-audit-*'],
    [CALICO_INDEX, 'tigera_secure_ee_audit_kube.prod.20*'],
  ])('of %s are asked for as %s', (pattern, all) => {
    expect(IndexPattern.of(pattern).all('prod')).toBe(all);
  });
});

describe('the names that a template covers', () => {
  test('are those of every index of an accepted pattern, whatever the cluster and the time', () => {
    fc.assert(
      fc.property(patterns, clusters, times, (pattern, cluster, time) => {
        expect(covers(pattern.coverage, pattern.name(cluster, time))).toBe(true);
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
        expect(covers(pattern.coverage, `${type}-${dataset}-${namespace}`)).toBe(false);
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
    [CALICO_INDEX, 'tigera_secure_ee_audit_kube.*.20*'],
  ])('of %s are %s', (pattern, expected) => {
    expect(IndexPattern.of(pattern).coverage).toBe(expected);
  });
});

test.each(['prod', 'a.b', '2026'])(
  'Calico’s template takes the names of %s, and none that Calico makes itself',
  (cluster) => {
    const { coverage } = CALICO;
    expect(covers(coverage, CALICO.name(cluster, NOON))).toBe(true);
    for (const own of ['fluentd-20261121-000001', 'linseed-20261121-000001', '', 'lma-20261121-000000'])
      expect(covers(coverage, `tigera_secure_ee_audit_kube.${cluster === '2026' ? 'prod' : cluster}.${own}`)).toBe(
        false,
      );
  },
);

test.each([
  [DEFAULT_INDEX, true],
  [CALICO_INDEX, false],
  [PARKED_INDEX, true],
  ['eks-{cluster}-{yyyy.MM}', false],
  ['eks-{cluster}.{yyyy.MM.dd}', false],
  ['eks-{cluster}{yyyy.MM.dd}', false],
])('ILM can tell the age of %s: %s', (text, dated) => {
  const pattern = IndexPattern.of(text);
  expect(pattern.isDated).toBe(dated);
  // What Elasticsearch wants of an index name with a day in it.
  expect(/^.*-(\d{4}.\d{2}.\d{2})(-[\d]+)?$/.test(pattern.name('prod', NOON))).toBe(dated);
});
