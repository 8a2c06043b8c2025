import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyPolicy } from '../../../lambda/core/policy/evaluate.ts';
import type { Rule } from '../../../lambda/core/policy/policy.ts';
import { covers } from '../../../lib/policy/shadow.ts';
import { event, pathEvent, policy, resources, rule } from '../../lambda/core/policy/builders.ts';

const of = (group: string, names: readonly string[] = [], resourceNames: readonly string[] = []): Partial<Rule> => ({
  resources: [resources(group, names, resourceNames)],
});

describe('a rule covers one that matches nothing else', () => {
  test.each<[string, Partial<Rule>, Partial<Rule>, boolean]>([
    ['itself', of('', ['pods']), of('', ['pods']), true],
    ['any, without a condition', {}, { users: ['a'] }, true],
    ['not one without a condition', { users: ['a'] }, {}, false],
    ['fewer words', { verbs: ['get', 'list'] }, { verbs: ['list'] }, true],
    ['not other words', { verbs: ['get', 'list'] }, { verbs: ['list', 'watch'] }, false],
    ['not where it asks for more', { verbs: ['get'], users: ['a'] }, { verbs: ['get'] }, false],
    ['another group', of('apps'), of(''), false],
    ['any group', of('*', ['pods']), of('', ['pods']), true],
    ['all of a group', of(''), of('', ['*/log', 'pods']), true],
    ['by a star', of('', ['*']), of(''), true],
    ['a subresource by pods/*', of('', ['pods/*']), of('', ['pods', 'pods/log', 'pods/*']), true],
    ['a subresource by */log', of('', ['*/log']), of('', ['pods/log']), true],
    ['not pods/* by */log', of('', ['*/log']), of('', ['pods/*']), false],
    ['not */log by pods/*', of('', ['pods/*']), of('', ['*/log']), false],
    ['not pods/log by pods', of('', ['pods']), of('', ['pods/log']), false],
    ['not everything by */*', of('', ['*/*']), of('', ['*', 'pods/log']), false],
    ['not pods/* by */*', of('', ['*/*']), of('', ['pods/*']), false],
    ['each of several entries', { resources: [resources(''), resources('apps')] }, of('apps', ['x']), true],
    ['fewer names', of('', ['pods'], ['a', 'b']), of('', ['pods'], ['b']), true],
    ['not any name', of('', ['pods'], ['a']), of('', ['pods']), false],
    ['not a whole group by names', of('', ['*'], ['a']), of(''), false],
    ['resources by their namespace', { namespaces: ['ns'] }, { ...of(''), namespaces: ['ns'] }, true],
    ['not another namespace', { namespaces: [''] }, of('', ['nodes']), false],
    ['not paths by resources', of('*'), { nonResourceURLs: ['/x'] }, false],
    ['not resources by paths', { nonResourceURLs: ['*'] }, of('*'), false],
    ['paths by a prefix', { nonResourceURLs: ['/x*'] }, { nonResourceURLs: ['/x', '/x/*'] }, true],
    ['not a longer prefix', { nonResourceURLs: ['/x/*'] }, { nonResourceURLs: ['/x*'] }, false],
  ])('%s', (_, first, second, expected) => {
    expect(covers(rule(first), rule(second))).toBe(expected);
  });
});

const some = (...words: readonly string[]) => fc.subarray([...words], { maxLength: 2 });
const RESOURCES = ['pods', 'nodes', 'pods/log', 'nodes/log', 'pods/*', '*/log', '*', '*/*', 'pods/', '/log', 'pod*'];
const rules = fc.record({
  users: some('alice', 'bob', '*'),
  userGroups: some('devs', 'ops'),
  verbs: some('get', 'list', 'create'),
  namespaces: some('ns', ''),
  resources: fc.array(
    fc.record({
      group: fc.constantFrom('', 'apps', '*'),
      resources: some(...RESOURCES),
      resourceNames: some('web', ''),
    }),
    { maxLength: 2 },
  ),
  nonResourceURLs: some('*', '/', '/x', '/x*', '/xy*', '/x/*'),
});
const users = fc.constantFrom(undefined, { username: 'alice', groups: ['devs'] }, { username: 'bob', groups: ['ops'] });
const verbs = fc.constantFrom('get', 'list', 'create');
const events = fc.oneof(
  fc
    .tuple(
      fc.record({ user: users, verb: verbs }),
      fc.record({
        resource: fc.constantFrom('pods', 'nodes'),
        subresource: fc.constantFrom('', 'log', 'exec'),
        apiGroup: fc.constantFrom('', 'apps'),
        namespace: fc.constantFrom('ns', 'other', ''),
        name: fc.constantFrom('web', 'db', ''),
      }),
    )
    .map(([request, ref]) => event(request, ref)),
  fc
    .tuple(fc.constantFrom('/', '/x', '/xy', '/x/y', ''), fc.record({ user: users, verb: verbs }))
    .map(([path, request]) => pathEvent(path, request)),
);

test('a rule that an earlier one covers decides no event', () => {
  let covered = 0;
  let met = 0;
  const property = fc.property(
    fc.array(rules, { minLength: 2, maxLength: 8 }),
    fc.array(events, { minLength: 20 }),
    (all, requests) => {
      const { rules: made } = policy(all);
      const shadowed = made.map((one, index) => made.slice(0, index).some((earlier) => covers(earlier, one)));
      covered += shadowed.filter(Boolean).length;
      for (const request of requests) {
        const { rule: decides } = applyPolicy(policy(all), request);
        expect(decides !== undefined && shadowed[decides]).toBe(false);
        if (made.some((one, index) => shadowed[index] && applyPolicy(policy([one]), request).rule === 0)) met++;
      }
    },
  );
  fc.assert(property, { numRuns: 2000 });
  // Else it says nothing.
  expect(covered).toBeGreaterThan(200);
  expect(met).toBeGreaterThan(200);
});
