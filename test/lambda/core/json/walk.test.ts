import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BROKEN, CUT } from '../../../../lambda/core/json/scan.ts';
import { Walk } from '../../../../lambda/core/json/walk.ts';
import { container, nearly, noise, parse, prefixes, space } from './texts.ts';

interface Entry {
  readonly key: string | undefined;
  readonly text: string | undefined;
}

/** Each entry with its value's text; undefined where that is not complete. `enter`: walks into every other value. */
function entries(text: string, enter = false): readonly Entry[] {
  const walk = Walk.over(text);
  const found: Entry[] = [];
  while (walk?.next()) {
    if (enter && walk.index % 2 === 0) walk.inside()?.next();
    const { key, valueStart, valueEnd } = walk;
    found.push({ key, text: valueEnd < 0 ? undefined : text.slice(valueStart, valueEnd) });
  }
  return found;
}

function parsedEntries(text: string): readonly (readonly [string | undefined, string])[] {
  const value: unknown = parse(text);
  if (Array.isArray(value)) return value.map((element) => [undefined, JSON.stringify(element)]);
  return Object.entries(Object(value)).map(([key, member]) => [key, JSON.stringify(member)]);
}

test('the entries of a text are those that JSON.parse finds, and of a key that is there twice the last', () => {
  fc.assert(
    fc.property(space, container, fc.boolean(), (before, text, enter) => {
      const found = entries(before + text, enter).map(({ key, text }) => [key, JSON.stringify(parse(text ?? ''))]);
      const list = text.startsWith('[');
      const last = list ? found : Object.entries(Object.fromEntries(found));
      expect(last).toEqual(parsedEntries(text));
    }),
    { numRuns: 1000 },
  );
});

test('the walk ends behind the closing bracket', () => {
  fc.assert(
    fc.property(container, fc.constantFrom('', ' ', '}', 'x'), (text, behind) => {
      expect(Walk.over(text + behind)?.finish()).toBe(text.length);
    }),
  );
});

test('of a text that is cut it finds what is complete, and at most one entry more', () => {
  fc.assert(
    fc.property(container, fc.boolean(), (text, enter) => {
      const whole = entries(text);
      for (const prefix of prefixes(text)) {
        const found = entries(prefix, enter);
        const complete = found.filter((entry) => entry.text !== undefined);
        expect(complete).toEqual(whole.slice(0, complete.length));
        expect(found.slice(complete.length).map(({ key }) => key)).toEqual(
          whole.slice(complete.length, found.length).map(({ key }) => key),
        );
        expect(found.length - complete.length).toBeLessThanOrEqual(1);
        if (prefix !== '') expect(Walk.over(prefix)?.finish()).toBe(CUT);
      }
    }),
  );
});

test('no text makes it throw, and what it finds is JSON', () => {
  fc.assert(
    fc.property(fc.oneof(nearly, noise), fc.boolean(), (text, enter) => {
      for (const entry of entries(text, enter)) if (entry.text !== undefined) JSON.parse(entry.text);
    }),
    { numRuns: 2000 },
  );
});

describe('an entry that is not complete', () => {
  test.each([
    ['{', []],
    ['{"a', []],
    ['{"a"', [['a', CUT]]],
    ['{"a":', [['a', CUT]]],
    ['{"a":1', [['a', CUT]]],
    ['{"a":{"b":[]', [['a', CUT]]],
    ['{"a":tru', [['a', CUT]]],
    ['{"a" 1}', [['a', BROKEN]]],
    ['{"a":01}', [['a', 6]]],
    ['{"a":nul}', [['a', BROKEN]]],
    ['{"a":1 ', [['a', 6]]],
    ['[1, ', [[undefined, 2]]],
    [
      '[1,tr',
      [
        [undefined, 2],
        [undefined, CUT],
      ],
    ],
  ])('%s', (text, expected) => {
    const walk = Walk.over(text);
    const found: unknown[] = [];
    while (walk?.next()) found.push([walk.key, walk.valueEnd]);
    expect(found).toEqual(expected);
  });
});

test.each(['', ' ', '1', '"{}"', 'null', '}', 'x{}'])('there is none over %j', (text) => {
  expect(Walk.over(text)).toBeUndefined();
});

test('walks over several texts take turns', () => {
  const texts = ['[1,2,3,4]', '{"a":1,"b":[2],"c":"3","d":{}}', '["x","yy","zzz",""]'];
  const walks = texts.map((text) => Walk.over(text));
  const rounds = [0, 1, 2, 3].map(() => walks.map((walk) => (walk?.next() ? walk.value : undefined)));
  expect(rounds).toEqual([
    [1, 1, 'x'],
    [2, [2], 'yy'],
    [3, '3', 'zzz'],
    [4, {}, ''],
  ]);
});

test('a walk into a value left half way leaves the next entry where it is', () => {
  const walk = Walk.over('{"a":[1,[2,3],4],"b":5}');
  walk?.next();
  const inside = walk?.inside();
  inside?.next();
  inside?.next();
  inside?.inside()?.next();
  expect([walk?.next(), walk?.key, walk?.value]).toEqual([true, 'b', 5]);
});
