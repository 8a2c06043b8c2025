import { describe, expect, test } from 'vitest';
import { applyPolicy } from '../../../../lambda/core/policy/evaluate.ts';
import { canonical, LEVELS } from '../../../../lambda/core/policy/policy.ts';
import { event, policy } from './builders.ts';

const managed = { name: 'web', managedFields: [{ manager: 'kubectl' }] };
const bodies = { requestObject: { kind: 'Pod', spec: {} }, responseObject: { kind: 'Pod', status: {} } };

function kept(of: ReturnType<typeof policy>, given: unknown): unknown {
  const verdict = applyPolicy(of, given);
  return verdict.kind === 'kept' ? verdict.event : verdict;
}

describe('the first rule that matches decides', () => {
  const rules = [
    { verbs: ['list'], level: 'None' },
    { verbs: ['get'], level: 'Metadata' },
    { level: 'Request' },
  ] as const;
  test.each([
    ['list', { kind: 'dropped', by: 'rule', rule: 0 }],
    ['get', { kind: 'kept', level: 'Metadata', rule: 1 }],
    ['delete', { kind: 'kept', level: 'Request', rule: 2 }],
  ])('%s: %j', (verb, verdict) => {
    expect(applyPolicy(policy(rules), event({ verb }))).toMatchObject(verdict);
  });

  test('an event that no rule matches is dropped by no rule', () => {
    expect(applyPolicy(policy([{ verbs: ['list'] }]), event())).toEqual({ kind: 'dropped', by: 'no rule' });
  });
});

describe('the level is the lower of what the rule wants and what was recorded', () => {
  const cases = LEVELS.flatMap((wanted) => LEVELS.map((recorded) => [wanted, recorded] as const));
  test.each(cases)('%s of %s', (wanted, recorded) => {
    const expected = LEVELS[Math.min(LEVELS.indexOf(wanted), LEVELS.indexOf(recorded))];
    const verdict = applyPolicy(policy([{ level: wanted }]), event({ level: recorded }));
    expect(verdict).toMatchObject(
      expected === 'None' ? { by: 'rule', rule: 0 } : { level: expected, event: { level: expected } },
    );
  });

  test.each([undefined, null, '', 'metadata', 7])('a recorded level of %j counts as the highest', (level) => {
    expect(kept(policy([{ level: 'Request' }]), event({ level, ...bodies }))).toEqual(
      event({ level: 'Request', requestObject: bodies.requestObject }),
    );
  });
});

describe('a stage is left out by the policy or by the rule', () => {
  test.each([
    [['RequestReceived'], [], 'RequestReceived', 'stage'],
    [[], ['RequestReceived'], 'RequestReceived', 'stage'],
    [['Panic'], ['RequestReceived'], 'Panic', 'stage'],
    [['Panic'], ['RequestReceived'], 'ResponseComplete', undefined],
    [['Panic', 'RequestReceived', 'ResponseStarted', 'ResponseComplete'], [], undefined, undefined],
    [['Panic'], [], 'panic', undefined],
  ] as const)('policy %j, rule %j, stage %j: %s', (ofPolicy, ofRule, stage, by) => {
    const verdict = applyPolicy(policy([{ omitStages: ofRule }], { omitStages: ofPolicy }), event({ stage }));
    expect(verdict).toMatchObject(by === undefined ? { kind: 'kept' } : { kind: 'dropped', by, rule: 0 });
  });

  test('level None is named before a stage', () => {
    const none = policy([{ level: 'None' }], { omitStages: ['ResponseComplete'] });
    expect(applyPolicy(none, event())).toEqual({ kind: 'dropped', by: 'rule', rule: 0 });
  });
});

describe('only the bodies above the level go', () => {
  const whole = event({
    ...bodies,
    annotations: { a: 'b' },
    responseStatus: { code: 403, message: 'no', details: {} },
    later: 1,
  });
  const { requestObject: _request, responseObject: _response, ...bare } = whole;
  test.each([
    ['RequestResponse', whole],
    ['Request', { ...bare, level: 'Request', requestObject: bodies.requestObject }],
    ['Metadata', { ...bare, level: 'Metadata' }],
  ] as const)('%s', (level, expected) => {
    expect(kept(policy([{ level }]), whole)).toEqual(expected);
  });

  test('a body of null is removed as a key', () => {
    expect(kept(policy([{ level: 'Metadata' }]), event({ responseObject: null }))).toEqual(
      event({ level: 'Metadata' }),
    );
  });

  test('the very same event comes back where nothing changes', () => {
    const metadata = event({ level: 'Metadata' });
    expect(kept(policy([{}], { omitManagedFields: true }), metadata)).toBe(metadata);
    expect(kept(policy([{}]), whole)).toBe(whole);
  });

  test('a key named __proto__ stays a key', () => {
    const odd: unknown = JSON.parse('{"level":"Request","responseObject":{},"__proto__":{"a":1}}');
    expect(JSON.stringify(kept(policy([{ level: 'Metadata' }]), odd))).toBe('{"level":"Metadata","__proto__":{"a":1}}');
  });
});

describe('managed fields go from the object, or its items, or its rows, and from nothing deeper', () => {
  const pod = { kind: 'Pod', metadata: managed };
  const bare = { kind: 'Pod', metadata: { name: 'web' } };
  const nested = { template: { metadata: managed } };
  const table = { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: managed };
  test.each([
    ['an object', pod, bare],
    ['metadata that becomes empty', { metadata: { managedFields: [] } }, { metadata: {} }],
    ['a null of managed fields', { metadata: { managedFields: null } }, { metadata: {} }],
    ['a list', { kind: 'PodList', items: [pod, bare] }, { kind: 'PodList', items: [bare, bare] }],
    ["not the list's own metadata", { items: [pod], metadata: managed }, { items: [bare], metadata: managed }],
    ['not lists in lists', { items: [{ items: [pod] }] }, { items: [{ items: [pod] }] }],
    ['items that are odd', { items: [null, 1, 'x', [], pod] }, { items: [null, 1, 'x', [], bare] }],
    ['items that are no list', { items: { a: 1 }, ...pod }, { items: { a: 1 }, ...bare }],
    ['a table', { ...table, rows: [{ cells: [1], object: pod }] }, { ...table, rows: [{ cells: [1], object: bare }] }],
    [
      'a beta table',
      { ...table, apiVersion: 'meta.k8s.io/v1beta1', rows: [{ object: pod }] },
      { ...table, apiVersion: 'meta.k8s.io/v1beta1', rows: [{ object: bare }] },
    ],
    [
      'rows that are odd',
      { ...table, rows: [null, {}, { object: null }] },
      { ...table, rows: [null, {}, { object: null }] },
    ],
    [
      'a table of somebody else',
      { kind: 'Table', apiVersion: 'furniture/v1', rows: [{ object: pod }] },
      { kind: 'Table', apiVersion: 'furniture/v1', rows: [{ object: pod }] },
    ],
    ['not a template', { kind: 'Deployment', spec: nested }, { kind: 'Deployment', spec: nested }],
    ['metadata that is no map', { metadata: [managed] }, { metadata: [managed] }],
    ['a body that is no map', [pod], [pod]],
  ])('%s', (_, body, expected) => {
    const given = event({ verb: 'update', requestObject: body, responseObject: body });
    const result = kept(policy([{}], { omitManagedFields: true }), given);
    expect(result).toEqual(event({ verb: 'update', requestObject: expected, responseObject: expected }));
  });

  test("a patch's request is as the caller sent it", () => {
    const given = event({ verb: 'patch', requestObject: pod, responseObject: pod });
    expect(kept(policy([{ omitManagedFields: true }]), given)).toEqual({ ...given, responseObject: bare });
  });

  test.each([
    [true, undefined, true],
    [true, false, false],
    [false, true, true],
    [false, undefined, false],
  ])('policy %j, rule %j: removed %j', (ofPolicy, ofRule, removed) => {
    const own = ofRule === undefined ? {} : { omitManagedFields: ofRule };
    const result = kept(policy([own], { omitManagedFields: ofPolicy }), event({ requestObject: pod }));
    expect(result).toEqual(event({ requestObject: removed ? bare : pod }));
  });
});

test.each([null, true, 5, 'text', [], [event()]])('%j is kept as it is when a rule matches everything', (odd) => {
  expect(applyPolicy(policy([{ level: 'Metadata' }]), odd)).toMatchObject({ kind: 'kept', level: 'Metadata', rule: 0 });
  expect(kept(policy([{ level: 'Metadata' }]), odd)).toBe(odd);
});

test('a policy has the same canonical text whatever the order of its keys', () => {
  const one = policy([{ verbs: ['get', 'list'] }]);
  const other = { rules: one.rules, omitManagedFields: false, omitStages: [] };
  expect(canonical(one)).toBe(canonical(other));
  expect(canonical(one)).not.toBe(canonical(policy([{ verbs: ['list', 'get'] }])));
  expect(JSON.parse(canonical(one))).toEqual(one);
});
