import { describe, expect, test } from 'vitest';
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

describe('what an audit policy drops', () => {
  test('is told for a question that it can not answer', () => {
    expect(unrecorded(preset('network-policy'), [READS, CHANGES])).toEqual([
      expect.stringContaining('does not keep get, list, watch of secrets'),
    ]);
  });

  test.each(['everything', 'network-policy'])('is nothing of the changes of policies with %s', (name) => {
    expect(unrecorded(preset(name), [CHANGES])).toEqual([]);
  });

  test('is told verb by verb', () => {
    expect(unrecorded(preset('cnx'), [CHANGES])).toEqual([
      expect.stringContaining('update, deletecollection of networkpolicies.networking.k8s.io'),
    ]);
  });

  test('is told in words where all of it is dropped', () => {
    const policy = { ...EVERYTHING, rules: [rule({ level: 'None' })] };
    expect(unrecorded(policy, [{ ...READS, words: 'what only reads' }])).toEqual([
      expect.stringContaining('does not keep what only reads, so'),
    ]);
  });

  test('is not known where no policy is', () => {
    expect(unrecorded(undefined, [READS])).toEqual([]);
  });
});
