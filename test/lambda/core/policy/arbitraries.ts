import fc from 'fast-check';
import { LEVELS, type Policy, type Rule, STAGES } from '../../../../lambda/core/policy/policy.ts';

const some = (...words: readonly string[]) => fc.subarray([...words], { maxLength: 2 });

export const rules: fc.Arbitrary<Rule> = fc.record(
  {
    level: fc.constantFrom(...LEVELS),
    users: some('alice', 'bob'),
    userGroups: some('devs', 'ops'),
    verbs: some('get', 'create', 'patch'),
    namespaces: some('ns', ''),
    resources: fc.array(
      fc.record({
        group: fc.constantFrom('', 'apps', '*'),
        resources: some('pods', 'pods/*', '*/log', '*'),
        resourceNames: fc.constant<string[]>([]),
      }),
      { maxLength: 2 },
    ),
    nonResourceURLs: some('*', '/healthz*'),
    omitStages: fc.subarray([...STAGES]),
    omitManagedFields: fc.boolean(),
  },
  {
    requiredKeys: ['level', 'users', 'userGroups', 'verbs', 'namespaces', 'resources', 'nonResourceURLs', 'omitStages'],
  },
);
export const policies: fc.Arbitrary<Policy> = fc.record({
  omitStages: fc.subarray([...STAGES], { maxLength: 1 }),
  omitManagedFields: fc.boolean(),
  rules: fc.array(rules, { minLength: 1, maxLength: 5 }),
});
