import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EventParcel, judge } from '../../../../lambda/core/document/judge.ts';
import { calicoBody } from '../../../../lambda/core/document/profiles/calico.ts';
import type { JsonObject } from '../../../../lambda/core/json.ts';
import { BOTH, CLUSTER, event, line, NOON, rule, rules } from '../../../support/builders.ts';

/** The parcel of an event in both profiles, kept at this level. */
function parcelOf(message: string, level: 'Metadata' | 'RequestResponse' = 'RequestResponse'): EventParcel {
  const policy = { omitStages: [], omitManagedFields: false, rules: [rule({ level })] };
  const judgement = judge(line({ message }), rules({ profiles: BOTH, policy }), NOON);
  const parcel = judgement.kind === 'send' ? judgement.parcel : undefined;
  if (parcel?.kind !== 'event') throw new Error('no event');
  return parcel;
}

function calicoText(message: string, level?: 'Metadata' | 'RequestResponse'): string {
  return parcelOf(message, level).items.find(({ profile }) => profile === 'calico')?.body ?? '';
}

const documentOf = (message: string): JsonObject => JSON.parse(calicoText(message));
/** An event with more members, as they are written. */
const eventWith = (members: string) => `${JSON.stringify(event()).slice(0, -1)},${members}}`;

test('an event makes one document of each profile, under one id, by the day of the same time', () => {
  const { items, id } = parcelOf(JSON.stringify(event()));
  expect(items.map((item) => [item.profile, item.index, item.id])).toEqual([
    ['ecs', 'logs-kubernetes.audit_logs-prod-2026.11.21', id],
    ['calico', 'tigera_secure_ee_audit_kube.prod.20261121', id],
  ]);
});

test('the document is the event and three members in front of it', () => {
  expect(documentOf(JSON.stringify(event()))).toEqual({
    '@timestamp': '2026-11-21T11:59:59.250Z',
    timestamp: '2026-11-21T11:59:59.250000Z',
    name: 'allow-web',
    ...event(),
  });
});

test('every byte of the event is as it was written', () => {
  const text = eventWith('"requestObject":{"n":1234567890123456789,"f":1.0 , "e":1E+2,"s":"\\u00e4\\/ä"},"more":null');
  expect(calicoText(text).endsWith(text.slice(1))).toBe(true);
});

test('of a reduced event nothing is there that the policy removed', () => {
  const text = calicoText(
    eventWith('"requestObject":{"secret":"x1"},"responseObject":{"n":9007199254740993}'),
    'Metadata',
  );
  expect(JSON.parse(text)).toEqual({
    ...documentOf(JSON.stringify(event())),
    level: 'Metadata',
  });
  expect(text).not.toContain('x1');
});

test.each([
  [
    'of an object that only the answer names',
    { objectRef: {}, responseObject: { metadata: { name: 'given' } } },
    'given',
  ],
  ['of no object', { objectRef: undefined }, undefined],
])('the name %s', (_, overrides, name) => {
  expect(documentOf(JSON.stringify(event(overrides))).name).toBe(name);
});

test.each([
  ['no time', { stageTimestamp: undefined, requestReceivedTimestamp: undefined }, '2026-11-21T12:00:00.000Z'],
  ['a time that is none', { stageTimestamp: 'noon', requestReceivedTimestamp: undefined }, '2026-11-21T12:00:00.000Z'],
])('an event with %s has CloudWatch’s', (_, overrides, time) => {
  const { timestamp, '@timestamp': own } = documentOf(JSON.stringify(event(overrides)));
  expect([timestamp, own]).toEqual([time, time]);
});

test('a member of ours that an event has, however often, gives way to ours', () => {
  const text = calicoText(eventWith('"name":{"a":1},"\\u0040timestamp":1,"timestamp":2,"name":"forged"'));
  expect(text.match(/"name":/g)).toHaveLength(2); // Ours, and the object's.
  expect(JSON.parse(text)).toEqual(documentOf(JSON.stringify(event())));
});

test.each([
  ['a key twice', '{"a":1,"b":[{"c":1,"\\u0063":2}]}'],
  ['501 levels', `${'['.repeat(502)}${']'.repeat(502)}`],
  ['a number of 501 digits', `{"n":${'1'.repeat(501)}}`],
  ['a key of 25,001 characters', `{"${'k'.repeat(25_001)}":1}`],
])('what a caller fills with %s stands there as its text', (_, body) => {
  const { requestObject, user, annotations } = documentOf(
    eventWith(`"requestObject":${body},"annotations":${body}`).replace('"user":{', `"user":{"extra":${body},`),
  );
  expect(requestObject).toBe(body);
  expect(annotations).toBe(body);
  expect(user).toEqual({ extra: body, username: 'ana', groups: ['system:authenticated'] });
});

test.each([
  ['499 levels', `${'['.repeat(500)}${']'.repeat(500)}`],
  ['a number of 500 digits', `{"n":${'1'.repeat(500)}}`],
  ['the same key in two objects', '[{"a":1},{"a":{"a":2}}]'],
  ['a text', '"{\\"a\\":1,\\"a\\":2}"'],
])('a body with %s stays as it is', (_, body) => {
  expect(calicoText(eventWith(`"requestObject":${body}`))).toContain(`"requestObject":${body}}`);
});

test('whatever the event, the document is one line of JSON with no key of ours twice', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 2), (members, space) => {
      const given = JSON.stringify({ ...members, ...event() }, null, space);
      const text = calicoText(given);
      expect(text).not.toMatch(/[\r\n]/);
      const { '@timestamp': _, timestamp: __, name: ___, ...others } = JSON.parse(given);
      expect(JSON.parse(text)).toMatchObject(others);
    }),
  );
});

describe('of a line that was cut', () => {
  test('the document is what could be recovered of it', () => {
    const recorded = { line: line(), cluster: CLUSTER, id: 'an-id', time: NOON, ingested: NOON };
    const body = calicoBody({
      ...recorded,
      event: { verb: 'get' },
      original: '{"verb":"get","user":{"usern[Truncated...]',
    });
    expect(body).toBe('{"@timestamp":"2026-11-21T12:00:00.000Z","timestamp":"2026-11-21T12:00:00.000Z","verb":"get"}');
    expect(JSON.parse(calicoBody({ ...recorded, event: {}, original: '{"verb' }))).toEqual({
      '@timestamp': '2026-11-21T12:00:00.000Z',
      timestamp: '2026-11-21T12:00:00.000Z',
    });
  });
});

describe('what is parked in the place of one profile', () => {
  test('names the document that it would have been, under an id of its own', () => {
    const parcel = parcelOf(JSON.stringify(event()));
    const parked = parcel.items.map((item) => parcel.parkedAs('refused by the mapping', 'why', item).items[0]);
    expect(parked.map((item) => item?.id)).toEqual([parcel.id, `${parcel.id}.calico`]);
    expect(parked.map((item) => JSON.parse(item?.body ?? '').parked)).toMatchObject([
      { id: parcel.id, index: 'logs-kubernetes.audit_logs-prod-2026.11.21' },
      { id: parcel.id, index: 'tigera_secure_ee_audit_kube.prod.20261121' },
    ]);
  });

  test('in parts has its profile in each part’s id', () => {
    const parcel = parcelOf(eventWith(`"requestObject":"${'x'.repeat(300_000)}"`));
    const { items } = parcel.parkedAs('too large', 'why', parcel.items[1]);
    expect(items.map(({ id }) => id)).toEqual([1, 2, 3, 4].map((part) => `${parcel.id}.calico.256.${part}`));
  });
});
