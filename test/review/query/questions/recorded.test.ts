import { describe, expect, test } from 'vitest';
import type { Policy } from '../../../../lambda/core/policy/policy.ts';
import { loadPolicy } from '../../../../lib/policy/file.ts';
import { unrecorded } from '../../../../review/query/questions/recorded.ts';
import { EVERYTHING, rule } from '../../../support/builders.ts';

const READS = { verbs: ['get', 'list', 'watch'], group: '', resource: 'secrets' };
const CHANGES = {
  verbs: ['create', 'update', 'patch', 'delete', 'deletecollection'],
  group: 'networking.k8s.io',
  resource: 'networkpolicies',
};

function preset(name: string) {
  const loaded = loadPolicy(name, process.cwd());
  if (!loaded.ok) throw new Error(`Expected the preset ${name}.`);
  return loaded.policy;
}

const of = (policy: Policy, ...clusters: readonly string[]) => [{ clusters, policy }];

describe('what an audit policy drops', () => {
  test('is told for a question that it can not answer', () => {
    expect(unrecorded(of(preset('network-policy')), [READS, CHANGES])).toEqual([
      expect.stringContaining('does not keep get, list, watch of secrets'),
    ]);
  });

  test.each(['everything', 'network-policy'])('is nothing of the changes of policies with %s', (name) => {
    expect(unrecorded(of(preset(name)), [CHANGES])).toEqual([]);
  });

  test('is told verb by verb', () => {
    expect(unrecorded(of(preset('cnx')), [CHANGES])).toEqual([
      expect.stringContaining('update, deletecollection of networkpolicies.networking.k8s.io'),
    ]);
  });

  test('is told in words where all of it is dropped', () => {
    const policy = { ...EVERYTHING, rules: [rule({ level: 'None' })] };
    expect(unrecorded(of(policy), [{ ...READS, words: 'what only reads' }])).toEqual([
      expect.stringContaining('does not keep what only reads, so'),
    ]);
  });

  test('is told of the clusters that drop it where others keep it', () => {
    const policies = [...of(EVERYTHING, 'prod'), ...of(preset('network-policy'), 'dev', 'stage')];
    expect(unrecorded(policies, [READS])).toEqual([
      expect.stringContaining('The audit policy of dev and stage does not keep get, list, watch of secrets'),
    ]);
  });

  test('is not known where no policy is', () => {
    expect(unrecorded([], [READS])).toEqual([]);
  });
});
