import { describe, expect, test } from 'vitest';
import { EACH, type Path, without } from '../../../../lambda/core/json/path.ts';

describe('without what is at a path', () => {
  const value = { a: { b: 1, c: 2 }, list: [{ a: 1, b: 2 }, 3, { b: 4 }, [{ a: 5 }]] };
  const cases: readonly (readonly [Path, unknown])[] = [
    [['a'], { list: value.list }],
    [['a', 'b'], { a: { c: 2 }, list: value.list }],
    [['list', EACH, 'a'], { a: value.a, list: [{ b: 2 }, 3, { b: 4 }, [{ a: 5 }]] }],
    [['list', EACH, EACH, 'a'], { a: value.a, list: [{ a: 1, b: 2 }, 3, { b: 4 }, [{}]] }],
  ];
  test.each(cases)('%j', (path, expected) => {
    const before = JSON.stringify(value);
    expect(without(value, path)).toEqual(expected);
    expect(JSON.stringify(value)).toBe(before);
  });

  const missing: readonly Path[] = [
    ['x'],
    ['a', 'x'],
    ['a', 'b', 'c'],
    ['a', EACH],
    ['list', 'a'],
    ['list', EACH, 'x'],
    ['toString'],
    [EACH, 'a'],
  ];
  test.each(missing.map((path) => [path]))('the very same where there is nothing at %j', (path) => {
    expect(without(value, path)).toBe(value);
  });

  test('a key named __proto__ is one as others are', () => {
    const odd: unknown = JSON.parse('{"__proto__":{"a":1,"b":2},"c":{"a":1,"__proto__":{}}}');
    expect(JSON.stringify(without(odd, ['__proto__', 'a']))).toBe('{"__proto__":{"b":2},"c":{"a":1,"__proto__":{}}}');
    expect(JSON.stringify(without(odd, ['c', 'a']))).toBe('{"__proto__":{"a":1,"b":2},"c":{"__proto__":{}}}');
  });
});
