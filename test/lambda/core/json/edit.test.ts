import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Change, edited, editsFor } from '../../../../lambda/core/json/edit.ts';
import { EACH, type Path, without } from '../../../../lambda/core/json/path.ts';
import { Walk } from '../../../../lambda/core/json/walk.ts';
import { container, parse, prefixes } from './texts.ts';

function edits(text: string, changes: readonly Change[]) {
  const walk = Walk.over(text);
  return walk === undefined ? [] : editsFor(walk, changes);
}

const changed = (text: string, changes: readonly Change[]) => edited(text, edits(text, changes));
const cuts = (paths: readonly Path[]): readonly Change[] => paths.map((path) => ({ path }));
const cut = (text: string, ...paths: readonly Path[]) => changed(text, cuts(paths));

const paths: fc.Arbitrary<Path> = fc.array(fc.constantFrom('a', 'b', '', '__proto__', EACH), {
  minLength: 1,
  maxLength: 3,
});
const RUNS = { numRuns: 2000 };

test('what is cut is gone from the value, and nothing else', () => {
  fc.assert(
    fc.property(container, fc.array(paths, { maxLength: 3 }), (text, some) => {
      // An array without all its elements is no member less: the values' function takes members only.
      const members = some.filter((path) => path.at(-1) !== EACH);
      const expected = members.reduce<unknown>(without, parse(text));
      expect(JSON.stringify(parse(cut(text, ...members)))).toBe(JSON.stringify(expected));
    }),
    RUNS,
  );
});

test('what is cut is gone wherever it stood, also behind a duplicate of its key', () => {
  fc.assert(
    fc.property(container, fc.array(paths, { maxLength: 3 }), (text, some) => {
      const left = cut(text, ...some);
      JSON.parse(left);
      expect(edits(left, cuts(some))).toEqual([]);
    }),
    RUNS,
  );
});

test('what is left stands in the text as it did', () => {
  fc.assert(
    fc.property(container, fc.array(paths, { maxLength: 3 }), (text, some) => {
      const list = edits(text, cuts(some));
      const pieces = list.map(({ from }, at) => text.slice(list[at - 1]?.to ?? 0, from));
      expect(edited(text, list)).toBe(pieces.join('') + text.slice(list.at(-1)?.to ?? 0));
      for (const [at, { from, to }] of list.entries()) {
        expect(from).toBeGreaterThanOrEqual(list[at - 1]?.to ?? 0);
        expect(to).toBeGreaterThan(from);
      }
    }),
    RUNS,
  );
});

test('what is put in a place is there wherever the place is', () => {
  fc.assert(
    fc.property(container, fc.constantFrom('a', 'b', ''), (text, key) => {
      const now = parse(changed(text, [{ path: [key], to: '"new"' }]));
      const before = parse(text);
      const expected = Object.hasOwn(before, key) && !Array.isArray(before) ? { ...before, [key]: 'new' } : before;
      expect(JSON.stringify(now)).toBe(JSON.stringify(expected));
    }),
    RUNS,
  );
});

describe('a comma goes with what is cut', () => {
  const path: Path = ['x'];
  test.each([
    ['{"x":1}', '{}'],
    ['{"x":1,"x":2}', '{}'],
    ['{"x":1,"a":2}', '{"a":2}'],
    ['{ "x" : 1 , "x" : 2 , "a" : 3 }', '{"a" : 3 }'],
    ['{"a":1,"x":2}', '{"a":1}'],
    ['{"a":1,"x":2,"b":3}', '{"a":1,"b":3}'],
    ['{"x":0,"a":1,"x":2,"\\u0078":3,"b":4,"x":5}', '{"a":1,"b":4}'],
    ['{ "a" : 1 }', '{ "a" : 1 }'],
    ['[{"x":1}]', '[{"x":1}]'],
  ])('%s', (text, expected) => {
    expect(cut(text, path)).toBe(expected);
  });

  test('and with every element', () => {
    expect(cut('{"a":[1, [2], {"b":3}],"c":[4]}', ['a', EACH])).toBe('{"a":[],"c":[4]}');
  });
});

test('numbers, escapes and white space are left alone', () => {
  const text = ' {"n":1234567890123456789, "f":1.0e0,"s":"\\u0061\\/","o":{"x":[],"y" :-0 }}\n';
  expect(cut(text, ['o', 'x'])).toBe(' {"n":1234567890123456789, "f":1.0e0,"s":"\\u0061\\/","o":{"y" :-0 }}\n');
});

test('of a text that is cut, what is to go and is not complete takes the rest along, and nothing else changes', () => {
  const text = '{"x":{"a":[1]},"b":{"x":2,"y":3},"x":4,"c":5}';
  const changes: readonly Change[] = [{ path: ['x'] }, { path: ['b', 'x'] }, { path: ['c'], to: '6' }];
  const whole = edits(text, changes);
  for (const prefix of prefixes(text)) {
    for (const { from, to } of edits(prefix, changes)) {
      const same = whole.find((edit) => edit.from === from);
      expect(to).toBe(to > prefix.length ? Number.POSITIVE_INFINITY : same?.to);
      if (to > prefix.length) expect(same).toMatchObject({ text: '' });
    }
  }
  const start = (length: number) => changed(text.slice(0, length), changes);
  expect([5, 14, 15, 20, 24, 25, 32, 36, 44, 45].map(start)).toEqual([
    '{',
    '{',
    '{,',
    '{"b":{',
    '{"b":{',
    '{"b":{',
    '{"b":{"y":3}',
    '{"b":{"y":3}',
    '{"b":{"y":3},"c":5',
    '{"b":{"y":3},"c":6}',
  ]);
});

test('as many edits as a text has room for', () => {
  const text = `[${'{"x":1,"y":2},'.repeat(200_000)}{}]`;
  expect(cut(text, [EACH, 'x'])).toBe(`[${'{"y":2},'.repeat(200_000)}{}]`);
});
