import { describe, expect, test } from 'vitest';
import { NOTHING, type Row } from '../../../../lambda/core/ledger/row.ts';
import { firstPart, smallerSpan } from '../../../../lambda/core/minutes/part.ts';
import {
  lastRead,
  nextAge,
  nextRead,
  nextStep,
  type Outlook,
  UNFINISHED,
} from '../../../../lambda/core/minutes/step.ts';
import { NOON } from '../../../support/builders.ts';

const MINUTE = 60_000;
const at = (minutes: number) => NOON + minutes * MINUTE;

/** Rows of the minutes from noon on, each read so many seconds after its end. */
function rows(ages: readonly (number | undefined)[], bytes = 1000): ReadonlyMap<number, Row> {
  const found = ages.map((age, index): [number, Row] | undefined =>
    age === undefined
      ? undefined
      : [
          at(index),
          {
            ...NOTHING,
            bytes,
            minute: at(index),
            readAt: at(index + 1) + age * 1000,
            first: 0,
            policy: 'p',
            vanished: 0,
          },
        ],
  );
  return new Map(found.filter((each) => each !== undefined));
}

function outlook(overrides: Partial<Outlook> = {}): Outlook {
  return {
    age: 120,
    due: { from: at(0), to: at(10) },
    rows: new Map(),
    part: undefined,
    bytesPerMinute: 1000,
    most: 100,
    now: at(15),
    partBytes: 10_000,
    ...overrides,
  };
}

describe('with the minutes that are due an age', () => {
  test('passes over those whose rows were read old enough, whatever read them', () => {
    const step = nextStep(outlook({ rows: rows([120, 7200, 119, 120]) }));
    expect(step).toEqual({ kind: 'pass over', minutes: { from: at(0), to: at(2) } });
  });

  test('compares those that have rows, up to the first that need not be', () => {
    const step = nextStep(outlook({ rows: rows([0, 0, 0, 300]) }));
    expect(step).toEqual({ kind: 'minutes', how: 'comparing', minutes: { from: at(0), to: at(3) } });
  });

  test('sends those that have none', () => {
    const step = nextStep(outlook({ age: 0, rows: rows([undefined, undefined, 0]) }));
    expect(step).toEqual({ kind: 'minutes', how: 'sending', minutes: { from: at(0), to: at(2) } });
  });

  test('reads no more than what is the most', () => {
    expect(nextStep(outlook({ most: 4 }))).toMatchObject({ minutes: { from: at(0), to: at(4) } });
    const step = nextStep(outlook({ most: 3, rows: rows(Array.from({ length: 10 }, () => 0)) }));
    expect(step).toEqual({ kind: 'minutes', how: 'comparing', minutes: { from: at(0), to: at(3) } });
  });

  test('reads about eight pages, by what rows and the read before say', () => {
    expect(nextStep(outlook({ rows: rows([0, 0, 0, 0], 4000) }))).toMatchObject({
      minutes: { to: at(2) },
    });
    expect(nextStep(outlook({ bytesPerMinute: 3000 }))).toMatchObject({ minutes: { to: at(3) } });
  });

  test('reads a minute in parts that holds more', () => {
    expect(nextStep(outlook({ bytesPerMinute: 40_000 }))).toEqual({
      kind: 'part',
      part: firstPart(at(0), 'sending', 15_000, at(15)),
    });
  });

  test('goes on with a minute begun in parts', () => {
    const part = { ...firstPart(at(0), 'comparing', 100, at(12)), upTo: at(0) + 500 };
    expect(nextStep(outlook({ part }))).toEqual({ kind: 'part', part });
    expect(nextStep(outlook({ part: { ...part, minute: at(-1) } }))).not.toMatchObject({ kind: 'part' });
  });
});

test.each([
  ['half of what the lines seen covered', 60_000, 10_000, 5000],
  ['half of what it was, where the last line was seen first', 60_000, 60_000, 30_000],
  ['one millisecond at least', 2, 0, 1],
])('a part that held too much becomes %s', (_, span, newest, expected) => {
  expect(smallerSpan(at(0), span, at(0) + newest)).toBe(expected);
});

describe('of the ages that are due', () => {
  const spent = (calls: Record<number, number>) =>
    new Map(Object.entries(calls).map(([age, count]): [number, number] => [Number(age), count]));

  test.each<[string, readonly number[], Record<number, number>, number, number | undefined]>([
    ['none is none', [], {}, 1, undefined],
    ['the frontier is first', [0, 120, 600], {}, 1, 0],
    ['then the smallest', [120, 600], { 0: 5 }, 1, 120],
    ['one that had less than a tenth comes before the frontier', [0, 120], { 0: 10 }, 1, 120],
    ['one that had its tenth does not', [0, 120], { 0: 10, 120: 1 }, 1, 0],
    ['the next that had less comes', [0, 120, 600], { 0: 9, 120: 1 }, 1, 600],
    ['an overdue one begins every tenth run', [0, 120, 600], {}, 10, 600],
    ['another the next time', [0, 120, 600], {}, 20, 120],
  ])('%s', (_, due, calls, turn, expected) => {
    expect(nextAge(due, spent(calls), turn)).toBe(expected);
  });
});

describe('the unfinished minute is read', () => {
  test.each<[string, readonly number[], ReadonlyMap<number, number>, number, number | undefined]>([
    ['after the frontier', [0, 120], new Map(), 1, 0],
    ['before the overdue ages', [120], new Map([[0, 5]]), 1, UNFINISHED],
    ['once', [120], new Map([[UNFINISHED, 1]]), 1, 120],
    ['after an overdue age in every tenth run, lest that starve', [120], new Map(), 10, 120],
    ['also where nothing is due', [], new Map(), 10, UNFINISHED],
    ['and then nothing is left', [], new Map([[UNFINISHED, 1]]), 1, undefined],
  ])('%s', (_, due, spent, turn, expected) => {
    expect(nextRead(due, spent, turn, false)).toBe(expected);
  });

  test.each<[string, readonly number[], ReadonlyMap<number, number>, number, number | undefined]>([
    ['after the frontier', [0, 120], new Map(), 1, 0],
    ['after the overdue ages, of which one is first', [120, 600], new Map([[0, 5]]), 2, 120],
    ['and another one the next time', [120, 600], new Map([[0, 5]]), 3, 600],
    ['last', [], new Map([[0, 5]]), 1, UNFINISHED],
    ['once', [], new Map([[UNFINISHED, 5]]), 1, undefined],
  ])('in a run that may read so much only %s', (_, due, spent, turn, expected) => {
    expect(nextRead(due, spent, turn, true)).toBe(expected);
  });
});

test.each<[string, readonly number[], ReadonlyMap<number, number>, number, number | undefined]>([
  ['an overdue age', [0, 120, 600], new Map([[0, 5]]), 2, 120],
  ['another one the next time', [0, 120, 600], new Map([[0, 5]]), 3, 600],
  ['nothing where it came to one before', [0, 120, 600], new Map([[120, 1]]), 2, undefined],
  ['nothing where none is overdue', [0], new Map([[0, 5]]), 2, undefined],
])('a run that has read all it may reads %s', (_, due, spent, turn, expected) => {
  expect(lastRead(due, spent, turn)).toBe(expected);
});
