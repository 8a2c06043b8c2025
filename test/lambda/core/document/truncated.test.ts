import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CUT_MARK } from '../../../../lambda/core/document/decode.ts';
import { lineId } from '../../../../lambda/core/document/identity.ts';
import { type Judgement, judge } from '../../../../lambda/core/document/judge.ts';
import { editsFor } from '../../../../lambda/core/json/edit.ts';
import { Walk } from '../../../../lambda/core/json/walk.ts';
import { at, isObject, type JsonObject } from '../../../../lambda/core/json.ts';
import { applyPolicy } from '../../../../lambda/core/policy/evaluate.ts';
import type { Level, Policy } from '../../../../lambda/core/policy/policy.ts';
import { reducedText, widestReduction } from '../../../../lambda/core/policy/reduce.ts';
import { CLUSTER, event, line, NOON, rules } from '../../../support/builders.ts';
import { prefixes } from '../json/texts.ts';
import { policy, resources } from '../policy/builders.ts';
import { bodyTexts, eventTexts } from '../policy/events.ts';

const judged = (message: string, by: Policy = policy([{}])): Judgement =>
  judge(line({ message }), rules({ policy: by }), NOON);

/** The document of a line that becomes one. */
function documentOf(judgement: Judgement): JsonObject {
  const parcel = judgement.kind === 'send' ? judgement.parcel : undefined;
  if (parcel?.kind !== 'event') throw new Error(`no event: ${parcel?.reason}`);
  return JSON.parse(parcel.items[0]?.body ?? '');
}

const originalOf = (judgement: Judgement) => String(at(documentOf(judgement), 'event', 'original'));
const shownVerb = (judgement: Judgement) => at(documentOf(judgement), 'event', 'action');
const shownBy = (judgement: Judgement) => {
  const { tags, kubernetes } = documentOf(judgement);
  return { original: originalOf(judgement), tags, level: at(kubernetes, 'audit', 'level') };
};

/** Where a text begins in an event. */
const upTo = (text: string, end: string) => text.slice(0, text.indexOf(end));

/** No other text here has its first character. */
const SECRET = '§-the-policy-removes-this';
const managed = (name: string) => ({ name, managedFields: [{ manager: SECRET, time: null }], generation: 7 });

const ORDER =
  'kind apiVersion level auditID stage requestURI verb user impersonatedUser sourceIPs userAgent objectRef ' +
  'responseStatus requestObject responseObject requestReceivedTimestamp stageTimestamp annotations';

/** An event as the API server writes it. */
function inOrder(overrides: JsonObject = {}): string {
  const all = event(overrides);
  return JSON.stringify(Object.fromEntries(ORDER.split(' ').map((key) => [key, all[key]])));
}

const WHOLE = inOrder({
  requestObject: { metadata: { name: 'allow-web' }, spec: { a: [1, { b: 'c' }] } },
  responseObject: { metadata: { name: 'allow-web' }, secret: SECRET },
});
const CUT_IN_REQUEST = `${upTo(WHOLE, ',{"b"')}${CUT_MARK}`;
const CUT_IN_RESPONSE = `${upTo(WHOLE, '-removes-this')}${CUT_MARK}`;

describe('a line that CloudWatch cut', () => {
  test('becomes a document of what is there, by the time that CloudWatch files it under', () => {
    const judgement = judged(`${CUT_IN_RESPONSE}\n`);
    const document = documentOf(judgement);
    expect(document).toMatchObject({
      '@timestamp': '2026-11-21T12:00:00.000Z',
      event: {
        action: 'patch',
        outcome: 'success',
        id: lineId('prod', NOON, CUT_IN_RESPONSE),
        original: CUT_IN_RESPONSE,
      },
      message: expect.stringContaining('ana patch networkpolicies.networking.k8s.io shop/allow-web → 200;'),
      user: { name: 'ana' },
      tags: ['truncated'],
      kubernetes: {
        audit: { level: 'RequestResponse', objectRef: { name: 'allow-web' }, responseStatus: { code: 200 } },
      },
    });
    const parcel = judgement.kind === 'send' ? judgement.parcel : undefined;
    expect(parcel).toMatchObject({
      kind: 'event',
      truncated: true,
      id: lineId('prod', NOON, CUT_IN_RESPONSE),
      items: [{ index: 'logs-kubernetes.audit_logs-prod-2026.11.21' }],
    });
  });

  test('goes by that time also where the event’s own is there', () => {
    const text = inOrder({ requestReceivedTimestamp: '2026-11-20T23:59:59Z' });
    const document = documentOf(judged(`${upTo(text, '"authorization')}${CUT_MARK}`));
    expect(document['@timestamp']).toBe('2026-11-21T12:00:00.000Z');
    expect(at(document, 'kubernetes', 'audit', 'stageTimestamp')).toBe('2026-11-21T11:59:59.250000Z');
  });

  test('never shows a body in a field', () => {
    const body = { metadata: { name: 'from-a-body', uid: 'from-a-body' }, roleRef: { name: 'from-a-body' } };
    const text = inOrder({ objectRef: { resource: 'pods' }, requestObject: body, responseObject: body });
    const { event: own, ...rest } = documentOf(judged(`${upTo(text, ',"requestReceived')}${CUT_MARK}`));
    expect(JSON.stringify(rest)).not.toContain('from-a-body');
    expect(String(at(own, 'original'))).toContain('from-a-body');
  });

  test('is dropped by the rule that drops the event', () => {
    const drops = policy([{ level: 'None', users: ['ana'], resources: [resources('networking.k8s.io', [])] }, {}]);
    expect(judged(CUT_IN_REQUEST, drops)).toEqual({ kind: 'dropped', by: 'rules[0]', truncated: true });
    expect(judged(CUT_IN_REQUEST, policy([{}], { omitStages: ['ResponseComplete'] }))).toEqual({
      kind: 'dropped',
      by: 'stage',
      truncated: true,
    });
    expect(judged(CUT_IN_REQUEST, policy([{ verbs: ['get'] }]))).toEqual({
      kind: 'dropped',
      by: 'no rule',
      truncated: true,
    });
  });

  test('without objectRef is of no resource as soon as a later field has begun', () => {
    const drops = policy([{ level: 'None', nonResourceURLs: ['/livez*'] }, {}]);
    const text = inOrder({ objectRef: undefined, requestURI: '/livez?verbose', verb: 'get' });
    expect(judged(upTo(text, ':{"metadata'), drops)).toEqual({ kind: 'dropped', by: 'rules[0]', truncated: true });
    expect(shownBy(judged(upTo(text, '"responseStatus'), drops)).tags).toEqual(['truncated']);
  });

  test('that Elasticsearch refuses is parked as the policy keeps it', () => {
    const judgement = judged(CUT_IN_RESPONSE, policy([{ level: 'Request' }]));
    const parcel = judgement.kind === 'send' ? judgement.parcel : undefined;
    if (parcel?.kind !== 'event') throw new Error('no event');
    const refused = parcel.parkedAs('too large', '');
    expect(refused).toMatchObject({ id: parcel.id, truncated: true, reason: 'too large' });
    expect(at(JSON.parse(refused.items[0]?.body ?? ''), 'event', 'original')).toBe(originalOf(judgement));
  });
});

describe('event.original', () => {
  test.each<[string, string, Policy['rules'][number]['level'], string | undefined]>([
    ['of a body that the policy keeps', CUT_IN_REQUEST, 'RequestResponse', undefined],
    ['of a body that a lower level keeps', CUT_IN_REQUEST, 'Request', CUT_IN_REQUEST],
    ['before the first body at Metadata', CUT_IN_REQUEST, 'Metadata', upTo(WHOLE, ',"requestObject')],
    ['before the second body at Request', CUT_IN_RESPONSE, 'Request', upTo(WHOLE, ',"responseObject')],
    ['before both at Metadata', CUT_IN_RESPONSE, 'Metadata', upTo(WHOLE, ',"requestObject')],
  ])('is the line, %s', (_, text, level, shown) => {
    const original = shown?.replace('"RequestResponse"', `"${level}"`) ?? text;
    expect(shownBy(judged(text, policy([{ level }])))).toEqual({
      original,
      level,
      tags: shown === undefined ? ['truncated'] : ['truncated', 'reduced'],
    });
  });

  test('has the level that the policy gives an event without one', () => {
    const text = upTo(inOrder({ level: undefined, requestObject: SECRET }), 'removes');
    expect(shownBy(judged(text, policy([{ level: 'Metadata' }])))).toEqual({
      original: `{"level":"Metadata",${upTo(text, ',"requestObject').slice(1)}`,
      level: 'Metadata',
      tags: ['truncated', 'reduced'],
    });
  });
});

describe('managed fields that the policy removes', () => {
  const by = policy([{}], { omitManagedFields: true });
  const body = { kind: 'Pod', metadata: managed('web'), spec: { image: 'nginx' } };
  const list = { kind: 'PodList', items: [{ metadata: managed('a') }, { metadata: managed('b') }] };
  const table = { kind: 'Table', apiVersion: 'meta.k8s.io/v1', rows: [{ object: { metadata: managed('a') } }] };

  test('go from a body that is cut behind them, which stays', () => {
    const text = upTo(inOrder({ verb: 'create', requestObject: body }), 'nginx');
    const original = text.replace(/"managedFields":\[.*?\],/, '');
    expect(shownBy(judged(`${text}${CUT_MARK}`, by))).toMatchObject({
      original: `${original}${CUT_MARK}`,
      tags: ['truncated', 'reduced'],
    });
  });

  test('of a patch are the caller’s own words, and stay', () => {
    const text = upTo(inOrder({ requestObject: body }), 'nginx');
    expect(shownBy(judged(text, by))).toMatchObject({ original: text, tags: ['truncated'] });
  });

  test.each([
    ['an object', body],
    ['a list', list],
    ['a table', table],
    ['both at once', { ...list, metadata: managed('list'), rows: table.rows }],
  ])('are nowhere, wherever the line is cut: %s', (_, requestObject) => {
    const text = inOrder({ verb: 'create', requestObject, responseObject: body });
    const begin = text.indexOf('"requestObject"');
    const originals = prefixes(text)
      .slice(begin)
      .map((prefix, at) => originalOf(judged(at % 2 === 0 ? prefix : prefix + CUT_MARK, by)));
    expect(originals.filter((original) => original.includes('"managedFields":'))).toEqual([]);
    expect(originals.filter((original) => !original.startsWith(text.slice(0, begin)))).toEqual([]);
  });
});

/** Of every kind of rule, and of every level. */
const POLICIES: readonly Policy[] = [
  policy([{ level: 'Metadata', resources: [resources('', ['pods/exec'])] }, { level: 'None', users: ['ana'] }, {}]),
  policy([{ level: 'None', userGroups: ['system:authenticated'] }, { level: 'Metadata' }]),
  policy([{ level: 'None', verbs: ['create'] }, { level: 'Request' }], { omitManagedFields: true }),
  policy([{ level: 'None', nonResourceURLs: ['*'] }, { level: 'None', namespaces: ['shop'] }, { level: 'Request' }]),
  policy([{}], { omitManagedFields: true }),
  policy([{ level: 'Request' }], { omitStages: ['ResponseComplete'] }),
];

const URI = { requestURI: '/api', auditID: '7', userAgent: 'k', annotations: undefined };
const body = { metadata: managed('a'), odd: 'a\\"}\n{é😀\ud800', '': [{ b: null }] };
const EVENTS: readonly string[] = [
  inOrder({ ...URI, verb: 'create', requestObject: body, responseObject: body }),
  inOrder({
    ...URI,
    objectRef: undefined,
    requestURI: '/é😀',
    user: { username: '\ud83d"', groups: ['a'], extra: { odd: body.odd } },
  }),
  inOrder({ ...URI, level: 'Request', impersonatedUser: { username: 'bo' }, objectRef: { resource: 'pods' } }),
  inOrder({ ...URI, requestObject: { metadata: managed('a') } })
    .replace('"verb"', '"ver\\u0062"')
    .replaceAll(',"', ' , "'),
  // No API server writes it so.
  JSON.stringify({ requestObject: { data: SECRET }, ...event({ ...URI, responseObject: [SECRET] }), verb: 'create' }),
];

describe.each(EVENTS.map((text, nth) => [nth, text] as const))('event %i, cut anywhere,', (_, text) => {
  const whole: JsonObject = JSON.parse(text);
  const lines = prefixes(text).map((prefix, at) => (at % 2 === 0 ? prefix : prefix + CUT_MARK));
  const begun = lines.findIndex((each) => each.includes('"Event"') && each.includes('"audit.k8s.io/v1"'));

  test.each(POLICIES.map((by, nth) => [nth, by] as const))(
    'is judged as the whole is by policy %i, or kept',
    (_nth, by) => {
      const verdict = applyPolicy(by, whole);
      const mayShow = verdict.kind === 'kept' && reducedText(text, verdict).includes(SECRET);
      const fates = lines.map((message) => {
        const judgement = judged(message, by);
        if (judgement.kind === 'dropped') return judgement.by;
        const { kind, items } = judgement.parcel;
        const shows = items.some((item) => item.body.includes(SECRET.slice(0, 1)));
        return kind === 'event' && shows && !mayShow ? 'it shows what the policy removes' : kind;
      });
      expect([...new Set(fates.slice(0, begun))]).toEqual(['parked']);
      const dropped = verdict.kind === 'kept' ? [] : [verdict.by === 'rule' ? `rules[${verdict.rule}]` : verdict.by];
      expect(fates.slice(begun).filter((fate) => fate !== 'event' && fate !== dropped[0])).toEqual([]);
      // By their order.
      if (text.startsWith('{"kind"')) expect(fates.at(-1)).toBe(dropped[0] ?? 'event');
    },
  );

  test('says in each field what the whole says, or nothing', () => {
    const said = new Set(fieldsOf(judged(text)));
    const invented = lines
      .slice(begun)
      .flatMap((message) => fieldsOf(judged(message)).filter((each) => !said.has(each)));
    expect(invented).toEqual([]);
  });
});

/** The event's own fields, and what they say; a list is a part of it. A level is the policy's. */
function fieldsOf(judgement: Judgement): readonly string[] {
  const { kubernetes, user, source, client, orchestrator } = documentOf(judgement);
  const told: string[] = [];
  const tell = (value: unknown, path: string): void => {
    if (value === undefined) return;
    if (!isObject(value)) told.push(`${path} ${JSON.stringify(value)}`);
    else for (const [key, inner] of Object.entries(value)) if (key !== 'level') tell(inner, `${path}.${key}`);
  };
  tell({ kubernetes, user, source, client, orchestrator }, '');
  return told;
}

describe('no document is made of', () => {
  test.each([
    ['a line that comes to no apiVersion', '{"kind":"Event","level":"Metadata","auditID":"a', 'truncated'],
    ['another kind', '{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[', 'not JSON'],
    ['another API', '{"kind":"Event","apiVersion":"v1","involvedObject":{', 'truncated'],
    ['what breaks off where JSON could not', `${upTo(WHOLE, '"user"')}x"user":{}`, 'truncated'],
    ['an event with more behind it', `${WHOLE} ${WHOLE}`, 'truncated'],
    ['what goes on behind the mark', `${upTo(WHOLE, '"user"')}${CUT_MARK} and more`, 'truncated'],
    ['the mark alone', CUT_MARK, 'truncated'],
    ['an opening brace', '{', 'not JSON'],
  ])('%s', (_, message, reason) => {
    const judgement = judged(message);
    expect(judgement).toMatchObject({ parcel: { kind: 'parked', reason, truncated: reason === 'truncated' } });
    const [item] = judgement.kind === 'send' ? judgement.parcel.items : [];
    expect(at(JSON.parse(item?.body ?? ''), 'event', 'original')).toBe(message);
  });
});

describe('a line that no API server writes', () => {
  const metadata = policy([{ level: 'None', verbs: ['get'] }, { level: 'None', verbs: ['list'] }, {}]);
  const kept = { kind: 'send', parcel: { kind: 'event' } };

  test('is kept where a field stands twice, whatever the first says', () => {
    const text = upTo(inOrder({ verb: 'get' }), ',"responseStatus');
    expect(judged(text, metadata)).toEqual({ kind: 'dropped', by: 'rules[0]', truncated: true });
    expect(judged(`${text},"verb":"patch"`, metadata)).toMatchObject(kept);
    expect(judged(`${text},"ve\\u0072b":"list","z":"`, metadata)).toMatchObject(kept);
  });

  test('is kept where the fields stand in another order', () => {
    const { verb, ...others } = event({ verb: 'get' });
    expect(judged(JSON.stringify({ ...others, verb }).slice(0, -1), metadata)).toMatchObject(kept);
  });

  test('is judged where it has fields that are not known yet', () => {
    const text = inOrder({ verb: 'get' }).replace('"sourceIPs"', '"authenticationMetadata":{},"sourceIPs"');
    expect(judged(text.slice(0, -1), metadata)).toEqual({ kind: 'dropped', by: 'rules[0]', truncated: true });
  });

  test('ends before a body where it could not be judged, and is at Metadata', () => {
    const text = `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","requestObject":"${SECRET}","verb":"get","user`;
    expect(shownBy(judged(text, metadata))).toEqual({
      original: '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata"',
      level: 'Metadata',
      tags: ['truncated', 'reduced'],
    });
  });

  test('is recovered behind a byte order mark, and shown with it', () => {
    expect(shownBy(judged(`\ufeff${CUT_IN_REQUEST}`)).original).toBe(`\ufeff${CUT_IN_REQUEST}`);
    expect(shownBy(judged(`\ufeff${CUT_IN_REQUEST}`, policy([{ level: 'Metadata' }]))).original).toBe(
      upTo(WHOLE, ',"requestObject').replace('"RequestResponse"', '"Metadata"'),
    );
  });

  test('is recovered without the mark, whichever field comes first', () => {
    const text = '{"apiVersion":"audit.k8s.io/v1","kind":"Event","verb":"get","user":{"username":"ana","gro';
    expect(documentOf(judged(text))).toMatchObject({ user: { name: 'ana' }, tags: ['truncated'] });
  });
});

describe('nothing is shown that the policy removes', () => {
  const HEAD = upTo(inOrder({ verb: 'update', responseObject: 1 }), '"responseObject"');
  const inOrderTexts = fc
    .tuple(fc.constantFrom('update', 'patch'), bodyTexts, bodyTexts)
    .map(([verb, one, other]) => `${HEAD.replace('update', verb)}"requestObject":${one},"responseObject":${other}}`);
  const inAnyOrder = eventTexts.map((text) => `{"kind":"Event","apiVersion":"audit.k8s.io/v1",${text.trim().slice(1)}`);
  const levels = fc.constantFrom<Level>('Metadata', 'Request', 'RequestResponse');

  test.each([
    ['of bodies of every shape', inOrderTexts, HEAD.length],
    ['of whatever fields, some twice and in any order', inAnyOrder, 0],
  ])('%s', (_, texts, from) => {
    let documents = 0;
    fc.assert(
      fc.property(texts, levels, fc.boolean(), fc.nat(), (whole, level, omitManagedFields, at) => {
        const given = whole.slice(0, from + (at % (whole.length - from)));
        const judgement = judged(given, policy([{ level }], { omitManagedFields }));
        if (judgement.kind === 'dropped') return;
        if (judgement.parcel.kind === 'parked') {
          expect(['not JSON', 'truncated']).toContain(judgement.parcel.reason);
          return;
        }
        documents += 1;
        const walk = Walk.over(originalOf(judgement));
        if (walk === undefined) throw new Error('it is no object');
        const { cuts } = widestReduction({ verb: shownVerb(judgement) }, level, omitManagedFields);
        const left = editsFor(
          walk,
          cuts.map((path) => ({ path })),
        );
        expect(left).toEqual([]);
      }),
      { numRuns: 1500 },
    );
    expect(documents).toBeGreaterThan(500);
  });
});

test('what the API server truncated itself is an ordinary event', () => {
  const annotations = { 'audit.k8s.io/truncated': 'true', 'authorization.k8s.io/decision': 'allow' };
  const judgement = judged(JSON.stringify(event({ annotations })));
  expect(judgement).toMatchObject({ parcel: { kind: 'event', truncated: false } });
  expect(documentOf(judgement)).toMatchObject({ '@timestamp': '2026-11-21T11:59:59.250Z' });
  expect(documentOf(judgement).tags).toBeUndefined();
});

test('the cluster’s name and CloudWatch’s time are in its id, so that two such lines are two', () => {
  const at = (timestamp: number) => judge(line({ message: CUT_IN_REQUEST, timestamp }), rules(), NOON);
  const ids = [NOON, NOON + 1].map((timestamp) => {
    const judgement = at(timestamp);
    return judgement.kind === 'send' ? judgement.parcel.id : '';
  });
  expect(ids).toEqual([lineId(CLUSTER.name, NOON, CUT_IN_REQUEST), lineId(CLUSTER.name, NOON + 1, CUT_IN_REQUEST)]);
});
