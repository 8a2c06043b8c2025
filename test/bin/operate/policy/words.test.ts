import { expect, test } from 'vitest';
import { policyInWords, ruleInWords } from '../../../../bin/operate/policy/words.ts';
import { policy, resources, rule } from '../../../lambda/core/policy/builders.ts';

test.each([
  [{}, 'keep with request and response bodies (RequestResponse): everything'],
  [{ level: 'None' }, 'drop: everything'],
  [{ level: 'Metadata', verbs: ['get'] }, 'keep without bodies (Metadata): get of anything'],
  [{ level: 'None', verbs: ['get', 'list', 'watch'] }, 'drop: get, list or watch of anything'],
  [{ level: 'None', resources: [resources('core')] }, 'drop: of everything in "core"'],
  [{ level: 'None', resources: [resources('')] }, 'drop: of everything in core'],
  [{ level: 'None', resources: [resources('*', ['*'])] }, 'drop: of everything in any group'],
  [{ level: 'None', resources: [resources('apps', ['a', 'b'], ['x'])] }, 'drop: of a and b named x in apps'],
  [{ level: 'None', namespaces: ['ns', ''] }, 'drop: of all resources in namespace ns or no single namespace'],
  [{ level: 'None', nonResourceURLs: ['/healthz*'] }, 'drop: of the paths /healthz*'],
  [{ level: 'None', users: ['alice', ''] }, 'drop: by alice or ""'],
  [{ level: 'None', userGroups: ['devs'] }, 'drop: by members of devs'],
  [{ level: 'Request', omitStages: ['Panic'] }, 'keep with request bodies (Request): everything; not at stage Panic'],
  [
    { level: 'Metadata', omitManagedFields: true },
    'keep without bodies (Metadata): everything; without managed fields',
  ],
  [{ level: 'Metadata', omitManagedFields: false }, 'keep without bodies (Metadata): everything; with managed fields'],
] as const)('%j in words', (of, words) => {
  expect(ruleInWords(rule(of))).toBe(words);
});

test('what holds for all rules is said once', () => {
  const verbs = { verbs: ['get'] };
  expect(policyInWords(policy([verbs]))).toEqual(['What no rule matches is dropped.']);
  expect(policyInWords(policy([{}]))).toEqual([]);
  expect(policyInWords(policy([{}], { omitStages: ['Panic'], omitManagedFields: true }))).toHaveLength(2);
});
