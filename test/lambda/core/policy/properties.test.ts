import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyPolicy, type Verdict } from '../../../../lambda/core/policy/evaluate.ts';
import { LEVELS, type Policy, type Rule, STAGES } from '../../../../lambda/core/policy/policy.ts';
import { parsePolicy } from '../../../../lib/policy/parse.ts';
import { event, pathEvent, rule } from './builders.ts';

const some = (...words: readonly string[]) => fc.subarray([...words], { maxLength: 2 });

const rules: fc.Arbitrary<Rule> = fc.record(
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
const policies: fc.Arbitrary<Policy> = fc.record({
  omitStages: fc.subarray([...STAGES], { maxLength: 1 }),
  omitManagedFields: fc.boolean(),
  rules: fc.array(rules, { minLength: 1, maxLength: 5 }),
});

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

const HEAD = 'apiVersion: audit.k8s.io/v1\nkind: Policy\n';

describe('no text makes the loader throw', () => {
  const noise = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'ab:-?#&*!|>\'"%@`{}[],\n\t \\~<0.') }),
    fc
      .array(
        fc.constantFrom(
          '- ',
          'a: ',
          '\n',
          '  ',
          '{',
          '}',
          '[',
          ']',
          ', ',
          '? ',
          '&a ',
          '*a',
          '<<: ',
          '|\n',
          '"',
          '---\n',
          '!!int ',
          'x',
        ),
      )
      .map((parts) => parts.join('')),
    fc.jsonValue().map((value) => JSON.stringify(value)),
  );
  test.each([
    '',
    HEAD,
    `${HEAD}rules:\n`,
    `${HEAD}rules:\n- level: None\n  `,
    '{"apiVersion":"audit.k8s.io/v1","rules":',
  ])('after %j', (start) => {
    fc.assert(
      fc.property(noise, (text) => {
        const parsed = parsePolicy(start + text);
        expect(parsed.ok || parsed.problems.length > 0).toBe(true);
      }),
      JUDGED,
    );
  });

  test.each([
    ['brackets', '['.repeat(200_000)],
    ['braces', '{"a":'.repeat(200_000)],
    ['dashes', '- '.repeat(200_000)],
    ['a long string', `{"a":"${'\\n'.repeat(500_000)}"}`],
    ['a long number', `a: ${'1'.repeat(200_000)}`],
    ['quotes', '"'.repeat(200_000)],
  ])('nor do %s without end', (_, text) => {
    expect(parsePolicy(text).ok).toBe(false);
  });
});

test('a policy written as JSON is read as it was written', () => {
  fc.assert(
    fc.property(policies, (policy) => {
      const legal = policy.rules.map((one) =>
        one.resources.length + one.namespaces.length > 0 ? { ...one, nonResourceURLs: [] } : one,
      );
      const written = { ...policy, rules: legal };
      const text = JSON.stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', ...written });
      expect(parsePolicy(text)).toEqual({ ok: true, policy: written, warnings: [] });
      expect(parsePolicy(`--- ${text}`)).toEqual({ ok: true, policy: written, warnings: [] });
    }),
  );
});
