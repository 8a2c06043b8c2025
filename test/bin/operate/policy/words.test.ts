import { expect, test } from 'vitest';
import { policyInWords, ruleInWords } from '../../../../bin/operate/policy/words.ts';
import { policy, resources, rule } from '../../../lambda/core/policy/builders.ts';

test.each([
  [{}, 'keep with request and response bodies (RequestResponse): every request'],
  [{ level: 'None' }, 'drop: every request'],
  [{ level: 'Metadata', verbs: ['get'] }, 'keep without bodies (Metadata): get of anything'],
  [{ level: 'None', verbs: ['get', 'list', 'watch'] }, 'drop: get, list or watch of anything'],
  [{ level: 'None', resources: [resources('core')] }, 'drop: every request for everything in "core"'],
  [{ level: 'None', resources: [resources('')] }, 'drop: every request for everything in core'],
  [{ level: 'None', resources: [resources('*', ['*'])] }, 'drop: every request for everything in any group'],
  [
    { level: 'None', resources: [resources('apps', ['a', 'b'], ['x'])] },
    'drop: every request for a and b named x in apps',
  ],
  [
    { level: 'None', namespaces: ['ns', ''] },
    'drop: every request for any resource, in namespace ns or no single namespace',
  ],
  [
    { level: 'None', verbs: ['get'], resources: [resources('', ['a']), resources('x', ['b']), resources('y', ['b'])] },
    'drop: get of a in core; b in x and y',
  ],
  [{ level: 'None', verbs: ['get'], nonResourceURLs: ['/a', '/b'] }, 'drop: get of the paths /a and /b'],
  [{ level: 'None', nonResourceURLs: ['/healthz*'] }, 'drop: every request for the path /healthz*'],
  [{ level: 'None', users: ['alice', ''] }, 'drop: every request by alice or ""'],
  [{ level: 'None', userGroups: ['devs'] }, 'drop: every request by members of devs'],
  [
    { level: 'Request', omitStages: ['Panic'] },
    'keep with request bodies (Request): every request; not at stage Panic',
  ],
  [
    { level: 'Metadata', omitManagedFields: true },
    'keep without bodies (Metadata): every request; without managed fields',
  ],
  [
    { level: 'Metadata', omitManagedFields: false },
    'keep without bodies (Metadata): every request; with managed fields',
  ],
] as const)('%j in words', (of, words) => {
  expect(ruleInWords(rule(of))).toBe(words);
});

test('what holds for all rules is said once', () => {
  const verbs = { verbs: ['get'] };
  expect(policyInWords(policy([verbs]))).toEqual(['What no rule matches is dropped.']);
  expect(policyInWords(policy([{}]))).toEqual([]);
  expect(policyInWords(policy([{}], { omitStages: ['Panic'], omitManagedFields: true }))).toHaveLength(2);
});
