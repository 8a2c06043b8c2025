import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rangeAt } from '../../../../lambda/core/json/range.ts';
import { container, prefixes } from './texts.ts';

type Steps = readonly (string | number)[];

function textAt(text: string, path: Steps): string | undefined {
  const range = rangeAt(text, path);
  return range === undefined ? undefined : text.slice(range.start, range.end);
}

/** The ways to all values inside of one. */
function paths(value: unknown): readonly (readonly [path: Steps, value: unknown])[] {
  if (typeof value !== 'object' || value === null) return [];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([step, inner]) => [
    [[step], inner] as const,
    ...paths(inner).map(([path, deeper]) => [[step, ...path], deeper] as const),
  ]);
}

const text = (value: unknown) => JSON.stringify(value);

test('every value that JSON.parse makes has its range', () => {
  fc.assert(
    fc.property(container, (given) => {
      for (const [path, value] of paths(JSON.parse(given))) {
        expect([path, text(JSON.parse(textAt(given, path) ?? 'null'))]).toEqual([path, text(value)]);
      }
    }),
    { numRuns: 1000 },
  );
});

test('a path to nothing has none', () => {
  fc.assert(
    fc.property(
      container,
      fc.array(fc.constantFrom('a', 'b', '', '__proto__', 'c', 0, 1, 2), { minLength: 1 }),
      (given, path) => {
        const there = paths(JSON.parse(given)).some(([known]) => text(known) === text(path));
        expect(rangeAt(given, path) !== undefined).toBe(there);
      },
    ),
    { numRuns: 1000 },
  );
});

test('of a text that is cut it gives whole values', () => {
  const given = '{"a":"x","b":{"c":[1,{"d":null},-2.50]}}';
  const known = paths(JSON.parse(given));
  for (const prefix of prefixes(given)) {
    for (const [path] of known) expect([undefined, textAt(given, path)]).toContain(textAt(prefix, path));
  }
  expect(textAt('{"a":"x","b":{"c":[1,{"d":null},-2.50', ['b', 'c', 1, 'd'])).toBe('null');
  expect(textAt('{"a":"x","b":{"c":[1,{"d":null},-2.50', ['b', 'c', 2])).toBeUndefined();
});

test.each([
  ['{"a":1,"a":2}', ['a'], '2'],
  ['{"a":{"b":1},"a":{}}', ['a', 'b'], undefined],
  ['{"a":{"b":1},"a":3}', ['a', 'b'], undefined],
  ['{"a":1,"\\u0061":2,"a":', ['a'], undefined],
  ['{"0":1}', [0], undefined],
  ['[7]', ['0'], undefined],
])('%s has at %j %s', (given, path, expected) => {
  expect(textAt(given, path)).toBe(expected);
});

test('a path may be as long as a text is deep', () => {
  const DEEP = 100_000;
  const given = `${'{"a":'.repeat(DEEP)}7${'}'.repeat(DEEP)}`;
  expect(
    textAt(
      given,
      Array.from({ length: DEEP }, () => 'a'),
    ),
  ).toBe('7');
});
