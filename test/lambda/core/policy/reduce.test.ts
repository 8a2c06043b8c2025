import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Walk } from '../../../../lambda/core/json/walk.ts';
import type { JsonObject } from '../../../../lambda/core/json.ts';
import { applyPolicy } from '../../../../lambda/core/policy/evaluate.ts';
import type { Level } from '../../../../lambda/core/policy/policy.ts';
import { atMetadata, BODIES, reduced, reducedText, reduction } from '../../../../lambda/core/policy/reduce.ts';
import { container, nearly, noise, prefixes } from '../json/texts.ts';
import { policy } from './builders.ts';
import { eventTexts } from './events.ts';

const parse = (text: string): JsonObject => JSON.parse(text);
const levels = fc.constantFrom<Level>('Metadata', 'Request', 'RequestResponse');

/** The keys at the top of a text, as often as they stand there. */
function keysOf(text: string): readonly (string | undefined)[] {
  const walk = Walk.over(text);
  const keys: (string | undefined)[] = [];
  while (walk?.next()) keys.push(walk.key);
  return keys;
}

test('an event and its text lose the same', () => {
  fc.assert(
    fc.property(eventTexts, levels, fc.boolean(), (text, level, omitManagedFields) => {
      const event = parse(text);
      const verdict = applyPolicy(policy([{ level }], { omitManagedFields }), event);
      if (verdict.kind === 'kept') expect(parse(reducedText(text, verdict))).toEqual(verdict.event);
    }),
    { numRuns: 1500 },
  );
});

test('a body that goes is nowhere in the text, however often its key stood there', () => {
  fc.assert(
    fc.property(eventTexts, levels, (text, level) => {
      const taken = reduction(parse(text), level, false);
      const left = reducedText(text, taken);
      const gone = taken.cuts.map(([body]) => body);
      expect(keysOf(left).filter((key) => gone.some((body) => body === key))).toEqual([]);
      const stays = (key: unknown) => key !== 'level' && !gone.some((body) => body === key);
      expect(keysOf(left).filter(stays)).toEqual(keysOf(text).filter(stays));
    }),
    { numRuns: 1000 },
  );
});

test('the level is the new one in every place where there is one', () => {
  const taken = { level: 'Request', cuts: [] } as const;
  expect(reducedText('{"level":"Metadata","a":1,"leve\\u006c":{"b":2}}', taken)).toBe(
    '{"level":"Request","a":1,"leve\\u006c":"Request"}',
  );
});

describe('an event without a level gets one', () => {
  test.each([
    ['{}', '{"level":"Metadata"}'],
    [' { "a":1}', ' {"level":"Metadata", "a":1}'],
    ['{"requestObject":{}}', '{"level":"Metadata"}'],
    ['{"requestObject":{"level":"None"},"a":1}', '{"level":"Metadata","a":1}'],
  ])('%s', (text, expected) => {
    expect(reducedText(text, { level: 'Metadata', cuts: [['requestObject']] })).toBe(expected);
  });
});

test('all other bytes stay as they were', () => {
  const text =
    '{"level":"RequestResponse", "big":1234567890123456789,"one":1.0,"e":1E3,"uri":"\\/a\\u003c","requestObject":' +
    '{"metadata":{"managedFields":[{"a":1}],"generation":9007199254740993},"n":-0 },"responseObject":[{}] ,"z":"ü\\ud800"}';
  expect(reducedText(text, reduction(parse(text), 'Request', true))).toBe(
    '{"level":"Request", "big":1234567890123456789,"one":1.0,"e":1E3,"uri":"\\/a\\u003c","requestObject":' +
      '{"metadata":{"generation":9007199254740993},"n":-0 } ,"z":"ü\\ud800"}',
  );
});

describe('a body however deep', () => {
  const DEEP = 100_000;
  const body = `${'{"a":['.repeat(DEEP)}1${']}'.repeat(DEEP)}`;
  const text = `{"level":"RequestResponse","requestObject":{"metadata":{"managedFields":${body}},"spec":${body}},"responseObject":${body}}`;
  test('is cut, or kept', () => {
    const event = parse(text);
    expect(reducedText(text, reduction(event, 'Metadata', true))).toBe('{"level":"Metadata"}');
    const taken = reduction(event, 'Request', true);
    expect(reducedText(text, taken)).toBe(`{"level":"Request","requestObject":{"metadata":{},"spec":${body}}}`);
    expect(Object.keys(Object(reduced(event, taken).requestObject))).toEqual(['metadata', 'spec']);
  });
});

describe('at Metadata', () => {
  const isBody = (key: unknown) => BODIES.some((body) => body === key);

  test('an event has no body and that level', () => {
    fc.assert(
      fc.property(eventTexts, (text) => {
        const event = parse(text);
        const { requestObject: _request, responseObject: _response, ...rest } = event;
        expect(parse(atMetadata(text) ?? '')).toEqual({ ...rest, level: 'Metadata' });
      }),
      { numRuns: 1000 },
    );
  });

  test('what is no JSON ends where it can not be read, and has no body', () => {
    const broken = fc.oneof(
      nearly,
      fc.tuple(eventTexts, fc.nat(), fc.constantFrom('', '}', '"', ',', '{', '[')).map(([text, at, more]) => {
        const place = at % text.length;
        return `${text.slice(0, place)}${more}${text.slice(place + 1)}`;
      }),
    );
    fc.assert(
      fc.property(broken, (text) => {
        const left = atMetadata(text);
        if (Walk.over(text)?.isObject) expect(keysOf(`${left}`).filter(isBody)).toEqual([]);
        else expect(left).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });

  test('no part of a body is in it, wherever the text is cut or broken', () => {
    const text = '{"kind":"Event","requestObject":{"a":"secret"},"verb":"get","responseObject":["secret"],"b":1}';
    for (const prefix of prefixes(text)) {
      for (const behind of [
        '',
        '}',
        'x',
        ']',
        '[Truncated...]',
        ',"requestObject":"secret"}',
        '"requestObject":"secret"',
      ])
        expect(`${atMetadata(prefix + behind)}`).not.toContain('secret');
    }
    expect(atMetadata(text)).toBe('{"level":"Metadata","kind":"Event","verb":"get","b":1}');
    expect(atMetadata(text.slice(0, 25))).toBe('{"level":"Metadata","kind":"Event"');
    expect(atMetadata(`${text} {"requestObject":"secret"}`)).toBe(
      '{"level":"Metadata","kind":"Event","verb":"get","b":1} ',
    );
  });

  test.each(['', 'x', '7', '"{}"', '[{"requestObject":1}]', '{'])('%j', (text) => {
    expect(atMetadata(text)).toBe(text === '{' ? '{"level":"Metadata"' : undefined);
  });
});

test('no text makes the reduction throw', () => {
  const taken = reduction({ responseObject: { items: [] } }, 'RequestResponse', true);
  fc.assert(
    fc.property(fc.oneof(nearly, container, noise), (text) => {
      reducedText(text, taken);
      atMetadata(text);
    }),
  );
});
