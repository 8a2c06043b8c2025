import { describe, expect, test } from 'vitest';
import { lastTurn, nextAge, nextTurn, type Turn } from '../../../../lambda/core/minutes/turn.ts';

describe('of the ages that are due', () => {
  const spent = (calls: Record<number, number>) =>
    new Map(Object.entries(calls).map(([age, count]): [Turn, number] => [Number(age), count]));

  test.each<[string, readonly number[], Record<number, number>, number, number | undefined]>([
    ['none is none', [], {}, 1, undefined],
    ['the frontier is first', [0, 120, 600], {}, 1, 0],
    ['then the smallest', [120, 600], { 0: 5 }, 1, 120],
    ['one that had less than a tenth comes before the frontier', [0, 120], { 0: 10 }, 1, 120],
    ['one that had its tenth does not', [0, 120], { 0: 10, 120: 1 }, 1, 0],
    ['the next that had less comes', [0, 120, 600], { 0: 9, 120: 1 }, 1, 600],
    ['an overdue one begins every tenth run', [0, 120, 600], {}, 10, 600],
    ['another the next time', [0, 120, 600], {}, 20, 120],
  ])('%s', (_, due, calls, rotation, expected) => {
    expect(nextAge({ due, spent: spent(calls), rotation })).toBe(expected);
  });
});

describe('the unfinished minute is read', () => {
  test.each<[string, readonly number[], ReadonlyMap<Turn, number>, number, Turn | undefined]>([
    ['after the frontier', [0, 120], new Map(), 1, 0],
    ['before the overdue ages', [120], new Map([[0, 5]]), 1, 'unfinished'],
    ['once', [120], new Map([['unfinished', 1]]), 1, 120],
    ['after an overdue age in every tenth run, lest that starve', [120], new Map(), 10, 120],
    ['also where nothing is due', [], new Map(), 10, 'unfinished'],
    ['and then nothing is left', [], new Map([['unfinished', 1]]), 1, undefined],
  ])('%s', (_, due, spent, rotation, expected) => {
    expect(nextTurn({ due, spent, rotation }, false)).toBe(expected);
  });

  test.each<[string, readonly number[], ReadonlyMap<Turn, number>, number, Turn | undefined]>([
    ['after the frontier', [0, 120], new Map(), 1, 0],
    ['after the overdue ages, of which one is first', [120, 600], new Map([[0, 5]]), 2, 120],
    ['and another one the next time', [120, 600], new Map([[0, 5]]), 3, 600],
    ['last', [], new Map([[0, 5]]), 1, 'unfinished'],
    ['once', [], new Map([['unfinished', 5]]), 1, undefined],
  ])('in a run that may read so much only %s', (_, due, spent, rotation, expected) => {
    expect(nextTurn({ due, spent, rotation }, true)).toBe(expected);
  });
});

test.each<[string, readonly number[], ReadonlyMap<Turn, number>, number, Turn | undefined]>([
  ['an overdue age', [0, 120, 600], new Map([[0, 5]]), 2, 120],
  ['another one the next time', [0, 120, 600], new Map([[0, 5]]), 3, 600],
  ['nothing where it came to one before', [0, 120, 600], new Map([[120, 1]]), 2, undefined],
  ['nothing where none is overdue', [0], new Map([[0, 5]]), 2, undefined],
])('a run that has read all it may reads %s', (_, due, spent, rotation, expected) => {
  expect(lastTurn({ due: due, spent: spent, rotation })).toBe(expected);
});
