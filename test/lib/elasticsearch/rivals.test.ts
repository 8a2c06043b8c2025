import { describe, expect, test } from 'vitest';
import { CALICO_INDEX, DEFAULT_INDEX } from '../../../lambda/contract.ts';
import { beatenTemplates, covers, rivalNames, rivalTemplates } from '../../../lib/elasticsearch/rivals.ts';
import { auditTemplate } from '../../../lib/elasticsearch/template.ts';

const claims = [{ template: auditTemplate(DEFAULT_INDEX), names: ['logs-kubernetes.audit_logs-prod-2026.11.21'] }];

function installed(name: string, priority: number | undefined, ...index_patterns: string[]) {
  return { index_templates: [{ name, index_template: { index_patterns, priority } }] };
}

test.each([
  ['Elastic’s own', installed('logs', 100, 'logs-*-*')],
  ['Fleet’s', installed('logs-kubernetes.audit_logs', 200, 'logs-kubernetes.audit_logs-*')],
  ['one without a priority', installed('old', undefined, '*')],
  ['one of other names', installed('others', 900, 'metrics-*', 'logs-kubernetes.audit_logs-prod')],
  ['ours', installed('eks-audit-forwarder', 600, 'logs-kubernetes.audit_logs-*-*.*.*')],
  ['none', {}],
])('%s hinders nothing', (_, answer) => {
  expect(rivalTemplates(answer, claims)).toEqual([]);
});

test.each([
  [900, 'logs-kubernetes.*'],
  [600, 'logs-*'],
])('one of priority %i with %s is told by name', (priority, pattern) => {
  const [sentence, ...more] = rivalTemplates(installed('greedy', priority, 'x-*', pattern), claims);
  expect(sentence).toBe(
    `The index template greedy (x-*, ${pattern}, priority ${priority}) would win over ours (priority 600) for ` +
      'logs-kubernetes.audit_logs-prod-2026.11.21: lower its priority, or narrow its patterns.',
  );
  expect(more).toEqual([]);
});

test.each([
  ['*', '', true],
  ['a', 'a', true],
  ['a', 'ab', false],
  ['a*a', 'a', false],
  ['a*a', 'aa', true],
  ['*b*a', 'ab', false],
  ['a.c*', 'abcd', false],
  // As a regular expression this would not come to an end.
  ['*a'.repeat(60), `${'a'.repeat(60)}b`, false],
])('%s takes %s: %s', (pattern, name, taken) => {
  expect(covers(pattern, name)).toBe(taken);
});

test('one of an earlier setup is told as such', () => {
  const earlier = installed('eks-audit-forwarder-logs-cluster-day', 600, 'logs-*');
  expect(rivalTemplates(earlier, claims)).toEqual([expect.stringContaining("an earlier setup's")]);
});

test('data streams and aliases of our names are told, indices are not', () => {
  const resolved = {
    indices: [{ name: 'logs-kubernetes.audit_logs-prod-2026.11.21' }],
    aliases: [{ name: 'logs-kubernetes.audit_logs-a-2026.11.21' }],
    data_streams: [{ name: 'logs-kubernetes.audit_logs-b-2026.11.21' }],
  };
  expect(rivalNames(resolved)).toEqual([
    expect.stringMatching(/^logs-kubernetes\.audit_logs-b-2026\.11\.21 is a data stream/),
    expect.stringMatching(/^logs-kubernetes\.audit_logs-a-2026\.11\.21 is an alias/),
  ]);
  expect(rivalNames(undefined)).toEqual([]);
});

describe('of the names of Calico’s profile', () => {
  const name = 'tigera_secure_ee_audit_kube.cluster.20261121';
  const ours = [{ template: auditTemplate(CALICO_INDEX), names: [name] }];
  const older = { tigera_secure_ee_audit: { order: 0, index_patterns: ['tigera_secure_ee_audit_*'] } };

  test.each([
    [
      'Calico’s own',
      installed('audit_kube-cluster', 1, 'tigera_secure_ee_audit_kube.cluster.*'),
      {},
      'audit_kube-cluster',
    ],
    ['one of the old kind', {}, older, 'tigera_secure_ee_audit'],
    ['one of the old kind whatever its order', {}, { old: { order: 9999, index_patterns: 'tigera_*' } }, 'old'],
  ])('%s is told as one that ours wins over', (_, all, legacy, by) => {
    expect(beatenTemplates(all, legacy, ours)).toEqual([
      expect.stringMatching(
        new RegExp(`^The index template ${by} \\(.*\\) claims ${name} as well\\. Ours .* wins there`),
      ),
    ]);
    expect(rivalTemplates(all, ours)).toEqual([]);
  });

  test.each([
    ['ours', installed('eks-audit-forwarder-calico', 600, 'tigera_secure_ee_audit_kube.*.20*'), {}],
    ['those of other names', installed('flows', 1, 'tigera_secure_ee_flows*'), { x: { index_patterns: ['x-*'] } }],
    ['none', undefined, undefined],
    ['one that wins over ours', installed('greedy', 900, 'tigera_*'), {}],
  ])('%s are not', (_, all, legacy) => {
    expect(beatenTemplates(all, legacy, ours)).toEqual([]);
  });

  test('one that wins over ours stands in the way', () => {
    expect(rivalTemplates(installed('greedy', 900, 'tigera_*'), ours)).toEqual([expect.stringContaining('would win')]);
  });
});
