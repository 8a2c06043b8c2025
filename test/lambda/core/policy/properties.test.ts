import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyPolicy, type Verdict } from '../../../../lambda/core/policy/evaluate.ts';
import { LEVELS, type Policy, STAGES } from '../../../../lambda/core/policy/policy.ts';
import { policies, rules } from './arbitraries.ts';
import { event, pathEvent, rule } from './builders.ts';

const body = { metadata: { name: 'web', managedFields: [{}] }, items: undefined };
const fields = fc.record(
  {
    level: fc.constantFrom(...LEVELS, 'odd', undefined),
    stage: fc.constantFrom(...STAGES),
    verb: fc.constantFrom('get', 'create', 'patch', 'delete'),
    user: fc.constantFrom({ username: 'alice', groups: ['devs'] }, { username: 'eve' }, {}, undefined),
    requestObject: fc.constantFrom(body, { items: [body] }, null),
    responseObject: fc.constantFrom(body, { kind: 'Table', apiVersion: 'meta.k8s.io/v1', rows: [{ object: body }] }),
  },
  { requiredKeys: ['stage'] },
);
const events: fc.Arbitrary<ReturnType<typeof event>> = fc.oneof(
  fields.map((overrides) => event(overrides)),
  fields.map((overrides) => pathEvent('/healthz/etcd', overrides)),
  fc
    .tuple(fields, fc.constantFrom('log', 'status'))
    .map(([overrides, subresource]) => event(overrides, { subresource })),
);

const JUDGED = { numRuns: 500 };

const describes = (verdict: Verdict): unknown =>
  verdict.kind === 'kept' ? { ...verdict, event: JSON.stringify(verdict.event) } : verdict;

/** True when `part` holds nothing that `whole` has not, except for the level. */
function isPart(part: unknown, whole: unknown): boolean {
  if (Array.isArray(part)) {
    return Array.isArray(whole) && part.length === whole.length && part.every((inner, i) => isPart(inner, whole[i]));
  }
  if (typeof part !== 'object' || part === null) return Object.is(part, whole);
  if (typeof whole !== 'object' || whole === null) return false;
  const of = new Map<string, unknown>(Object.entries(whole));
  return Object.entries(part).every(([key, inner]) => key === 'level' || isPart(inner, of.get(key)));
}

describe('for every policy and event', () => {
  test('the first rule that would match alone decides', () => {
    fc.assert(
      fc.property(policies, events, (policy, given) => {
        const alone = policy.rules.map((one) => applyPolicy({ ...policy, rules: [one] }, given));
        const first = alone.findIndex((verdict) => verdict.kind === 'kept' || verdict.by !== 'no rule');
        const expected = alone[first];
        const verdict = applyPolicy(policy, given);
        if (expected === undefined) expect(verdict).toEqual({ kind: 'dropped', by: 'no rule' });
        else expect(verdict).toEqual({ ...expected, rule: first });
      }),
      JUDGED,
    );
  });

  test('a rule behind one that matches everything changes nothing', () => {
    fc.assert(
      fc.property(policies, rules, fc.constantFrom(...LEVELS), events, (policy, last, level, given) => {
        const whole = { ...policy, rules: [...policy.rules, rule({ level })] };
        const longer = { ...whole, rules: [...whole.rules, last] };
        expect(describes(applyPolicy(longer, given))).toEqual(describes(applyPolicy(whole, given)));
      }),
      JUDGED,
    );
  });

  test('the result has nothing that the event has not, and a level that is not higher', () => {
    fc.assert(
      fc.property(policies, events, (policy, given) => {
        const before = JSON.stringify(given);
        const verdict = applyPolicy(policy, given);
        expect(JSON.stringify(given)).toBe(before);
        if (verdict.kind === 'dropped') return;
        expect(isPart(verdict.event, given)).toBe(true);
        const recorded = LEVELS.find((level) => given.level === level);
        if (recorded !== undefined) expect(LEVELS.indexOf(verdict.level)).toBeLessThanOrEqual(LEVELS.indexOf(recorded));
      }),
      JUDGED,
    );
  });

  test('twice is the same as once', () => {
    fc.assert(
      fc.property(policies, events, (policy, given) => {
        const once = applyPolicy(policy, given);
        if (once.kind === 'kept') expect(applyPolicy(policy, once.event)).toEqual(once);
      }),
      JUDGED,
    );
  });

  test('a policy that went through JSON judges the same', () => {
    fc.assert(
      fc.property(policies, events, (policy, given) => {
        const shipped: Policy = JSON.parse(JSON.stringify(policy));
        expect(describes(applyPolicy(shipped, given))).toEqual(describes(applyPolicy(policy, given)));
      }),
    );
  });
});

test('no JSON value makes the evaluation throw', () => {
  fc.assert(
    fc.property(policies, fc.jsonValue(), (policy, value) => {
      expect(['kept', 'dropped']).toContain(applyPolicy(policy, value).kind);
    }),
    JUDGED,
  );
});

test('no odd field makes the evaluation throw', () => {
  const odd = fc.record({
    objectRef: fc.jsonValue(),
    user: fc.jsonValue(),
    requestURI: fc.oneof(fc.string(), fc.jsonValue()),
    verb: fc.jsonValue(),
    level: fc.jsonValue(),
    requestObject: fc.jsonValue(),
    responseObject: fc.jsonValue(),
  });
  fc.assert(
    fc.property(policies, odd, (policy, value) => {
      expect(['kept', 'dropped']).toContain(applyPolicy(policy, value).kind);
    }),
    JUDGED,
  );
});
