import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CUT_MARK } from '../../../../lambda/core/document/decode.ts';
import { recovered } from '../../../../lambda/core/document/recovered.ts';
import { Walk } from '../../../../lambda/core/json/walk.ts';
import { at, type JsonObject } from '../../../../lambda/core/json.ts';
import { BODIES } from '../../../../lambda/core/policy/reduce.ts';
import { sampleEvents } from '../../../../local/samples/samples.ts';
import { event, NOON } from '../../../support/builders.ts';
import { nearly, noise, prefixes } from '../json/texts.ts';

const isBody = (key: unknown) => BODIES.some((body) => body === key);

/** A dozen: each of another verb and resource, most with a body; and one that holds every kind of value. */
function someEvents(): readonly string[] {
  const found = new Map<string, string>();
  for (const { message } of sampleEvents({ from: NOON, to: NOON + 600_000 })) {
    if (!message.startsWith('{"kind":"Event"') || !message.endsWith('}') || message.length > 2000) continue;
    const parsed: JsonObject = JSON.parse(message);
    const kind = `${parsed.verb} ${at(parsed, 'objectRef', 'name')}`;
    if (found.size < 3 || (found.size < 11 && 'responseObject' in parsed)) found.set(kind, message);
  }
  const odd = { text: 'a\\"}\n{é😀', list: [1, [true], null], no: null, yes: true, number: -1.5e3, empty: {}, '': '' };
  const body = { ...odd, requestObject: odd };
  const last = event({ user: odd, list: [odd], requestObject: body, n: 12, responseObject: null, no: null, code: 7 });
  return [...found.values(), JSON.stringify(last)];
}

interface Member {
  readonly key: string;
  /** How much of the text there must be for the value to be complete. */
  readonly needs: number;
  readonly start: number;
  readonly value: unknown;
}

function members(text: string, from = 0): readonly Member[] {
  const walk = Walk.over(text, from);
  const found: Member[] = [];
  while (walk?.next()) {
    const { key = '', value, valueEnd, valueStart: start } = walk;
    // A number may go on.
    found.push({ key, value, start, needs: typeof value === 'number' ? valueEnd + 1 : valueEnd });
  }
  return found;
}

/** What there is to recover of the first units of an event. */
function expected(text: string, fields: readonly Member[], length: number): JsonObject {
  const complete = fields.filter(({ key, needs }) => needs <= length && !isBody(key));
  const open = fields.find(({ key, start, needs }) => start < length && needs > length && !isBody(key));
  const inner = open === undefined || text[open.start] !== '{' ? [] : members(text, open.start);
  const known = inner.filter(({ needs }) => needs <= length);
  return { ...objectOf(complete), ...(known.length === 0 ? {} : { [open?.key ?? '']: objectOf(known) }) };
}

const objectOf = (known: readonly Member[]) => Object.fromEntries(known.map(({ key, value }) => [key, value]));

const EVENTS = someEvents();

test('there are a dozen events, with bodies among them', () => {
  expect(EVENTS).toHaveLength(12);
  expect(EVENTS.filter((text) => text.includes('"responseObject":{')).length).toBeGreaterThan(5);
});

describe.each(EVENTS.map((text, at) => [at, text] as const))('of event %i cut anywhere', (_, text) => {
  test('every field that is complete is recovered, and nothing else', () => {
    const fields = members(text);
    const all = prefixes(text).slice(1);
    const told = all.map((prefix) => recovered(prefix)?.event);
    expect(told).toEqual(all.map((_prefix, at) => expected(text, fields, at + 1)));
    expect(all.map((prefix) => recovered(prefix + CUT_MARK)?.event)).toEqual(told);
  });

  test.each(BODIES)('the text before %s has nothing of it', (body) => {
    const begin = members(text).find(({ key }) => key === body);
    const comma = text.lastIndexOf(`,"${body}"`, begin?.start);
    // As soon as its key is complete.
    const shows = begin === undefined ? text.length : comma + body.length + 3;
    const lines = prefixes(text)
      .slice(1)
      .flatMap((prefix) => [prefix, prefix + CUT_MARK]);
    const whereTo = (line: string) => (line.startsWith(text.slice(0, shows)) ? comma : line.length);
    expect(lines.map((line) => recovered(line)?.before[body])).toEqual(lines.map(whereTo));
  });
});

test('it says in which field the text ends', () => {
  const text = '{"kind":"Event","user":{"username":"ana","groups":["a"]},"requestObject":{"a":1},"z":1}';
  const open = (length: number) => recovered(text.slice(0, length))?.open;
  expect([5, 7, 8, 15, 16, 22, 30, 56, 72, 80, 81, 83, 85, 86].map(open)).toEqual([
    undefined,
    'kind',
    'kind',
    undefined,
    undefined,
    'user',
    'user',
    undefined,
    'requestObject',
    undefined,
    undefined,
    undefined,
    'z',
    'z',
  ]);
});

test('a number at the end is not known, one with something behind it is', () => {
  expect(recovered('{"a":12')?.event).toEqual({});
  expect(recovered(`{"a":12${CUT_MARK}`)?.event).toEqual({});
  expect(recovered('{"a":12,')?.event).toEqual({ a: 12 });
  expect(recovered('{"responseStatus":{"metadata":{},"code":20')?.event).toEqual({ responseStatus: { metadata: {} } });
});

test('a list that is cut is not known: its last element counts', () => {
  expect(recovered('{"sourceIPs":["10.0.0.1","10.0.')?.event).toEqual({});
  expect(recovered('{"user":{"username":"ana","groups":["a","b"')?.event).toEqual({ user: { username: 'ana' } });
});

test('of a key that is there twice the first counts no more once the second has begun', () => {
  expect(recovered('{"verb":"get","verb":"li')?.event).toEqual({});
  expect(recovered('{"user":{"uid":"1","uid":"2"},"user":{"groups":[')?.event).toEqual({});
  expect(recovered('{"user":{"username":"ana","username":"b')?.event).toEqual({});
});

test('a key named __proto__ is one as others are', () => {
  const told = recovered('{"__proto__":{"kind":"Event"},"user":{"__proto__":{"username":"ana"},"a":')?.event;
  expect(JSON.stringify(told)).toBe('{"__proto__":{"kind":"Event"},"user":{"__proto__":{"username":"ana"}}}');
  expect(told?.kind).toBeUndefined();
});

describe('what is no JSON', () => {
  test.each([
    ['{"verb":"get","user":{"username":"ana,"groups":[]},"requestObject":"secret"}', 13],
    ['{"verb":"get" "requestObject":"secret"}', 13],
    ['{"verb":get,"requestObject":"secret"}', 1],
    ['{"verb":"get","user":{]},"requestObject":"secret"}', 13],
    ['{"verb":"get"}{"requestObject":"secret"}', 14],
  ])('tells nothing from where it breaks on: %s', (line, before) => {
    const told = recovered(line);
    expect(told?.before).toEqual({ requestObject: before, responseObject: before });
    expect(told?.open).toBeUndefined();
    expect(told?.event).toEqual(before === 1 ? {} : { verb: 'get' });
  });

  test.each(['', ' ', 'E1121 watcher.go:247] failed', '[', '["kind"', '"kind', 'null', CUT_MARK])(
    '%j tells nothing at all',
    (line) => {
      expect(recovered(line)).toBeUndefined();
    },
  );

  test('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(nearly, noise), (line) => {
        expect(Object.keys(recovered(line)?.event ?? {}).filter(isBody)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
