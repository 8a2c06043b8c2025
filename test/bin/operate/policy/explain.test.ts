import { describe, expect, test } from 'vitest';
import { explainEvent } from '../../../../bin/operate/policy/explain.ts';
import { event, pathEvent, policy, resources } from '../../../lambda/core/policy/builders.ts';

const bodies = {
  requestObject: { metadata: { managedFields: [] } },
  responseObject: { items: [{ metadata: { managedFields: [] } }] },
};

describe('each rule up to the one that matched is explained condition by condition', () => {
  test('with what it wants and what the event has', () => {
    const rules = [
      { users: ['bob'], verbs: ['get'] },
      { resources: [resources('apps', ['deployments'])] },
      { namespaces: ['ns'] },
      {},
    ];
    expect(explainEvent(policy(rules), event()).rules).toEqual([
      {
        rule: 0,
        matches: false,
        conditions: [
          { condition: 'users', holds: false, wanted: 'bob', found: 'alice' },
          { condition: 'verbs', holds: true, wanted: 'get', found: 'get' },
        ],
      },
      {
        rule: 1,
        matches: false,
        conditions: [
          { condition: 'resources', holds: false, wanted: 'deployments in apps', found: 'pods named web in core' },
        ],
      },
      { rule: 2, matches: true, conditions: [{ condition: 'namespaces', holds: true, wanted: 'ns', found: 'ns' }] },
    ]);
  });

  test.each([
    ['users', { users: ['a'] }, event({ user: {} }), 'nobody: the request was not authenticated'],
    ['userGroups', { userGroups: ['a'] }, event({ user: {} }), 'nobody: the request was not authenticated'],
    ['userGroups', { userGroups: ['a'] }, event(), 'devs and system:authenticated'],
    ['userGroups', { userGroups: ['a'] }, event({ user: { username: 'x' } }), 'no group'],
    ['verbs', { verbs: ['a'] }, event({ verb: '' }), '""'],
    ['namespaces', { namespaces: ['a'] }, pathEvent('/healthz'), 'the path /healthz, which has no namespace'],
    ['resources', { resources: [resources('')] }, pathEvent('/healthz'), 'the path /healthz, which is no resource'],
    [
      'resources',
      { resources: [resources('')] },
      event({}, { apiGroup: 'apps', subresource: 'log' }),
      'pods/log named web in apps',
    ],
    ['nonResourceURLs', { nonResourceURLs: ['/a'] }, pathEvent('/b'), '/b'],
    ['nonResourceURLs', { nonResourceURLs: ['/a'] }, event(), 'a resource, pods named web in core'],
  ])('%s of %j', (condition, of, given, found) => {
    expect(explainEvent(policy([of]), given).rules[0]?.conditions).toEqual([
      expect.objectContaining({ condition, found, holds: false }),
    ]);
  });
});

describe('the verdict is a sentence', () => {
  test.each([
    ['no rule', policy([{ verbs: ['list'] }]), event(), 'Dropped: no rule matches.'],
    ['None', policy([{ level: 'None' }]), event(), 'Dropped: rules[0] matches and says None.'],
    [
      'recorded as None',
      policy([{}]),
      event({ level: 'None' }),
      'Dropped: rules[0] matches, but the event was recorded at level None.',
    ],
    [
      'a stage',
      policy([{ omitStages: ['ResponseComplete'] }]),
      event(),
      'Dropped: rules[0] matches, but stage ResponseComplete is left out.',
    ],
    ['kept', policy([{}]), event(), 'Kept at RequestResponse (as it was recorded): rules[0] matches.'],
    [
      'reduced',
      policy([{ level: 'Metadata' }]),
      event(),
      'Kept at Metadata (recorded at RequestResponse): rules[0] matches.',
    ],
    [
      'without level',
      policy([{ level: 'Metadata' }]),
      event({ level: undefined }),
      'Kept at Metadata (recorded at no level): rules[0] matches.',
    ],
  ])('%s', (_, of, given, why) => {
    expect(explainEvent(of, given).why).toBe(why);
  });
});

test.each([
  ['nothing', policy([{}]), []],
  ['the answer', policy([{ level: 'Request' }]), ['responseObject']],
  ['both bodies', policy([{ level: 'Metadata' }]), ['requestObject', 'responseObject']],
  [
    'managed fields',
    policy([{ omitManagedFields: true }]),
    ['requestObject.metadata.managedFields', 'responseObject.items[0].metadata.managedFields'],
  ],
] as const)('what is removed is told by path: %s', (_, of, removed) => {
  expect(explainEvent(of, event(bodies)).removed).toEqual(removed);
});
