import { describe, expect, test } from 'vitest';
import type { Row } from '../../../../lambda/core/ledger/row.ts';
import { firstPart, smallerSpan } from '../../../../lambda/core/minutes/part.ts';
import { nextStep, nextToSend, type SizeInput } from '../../../../lambda/core/minutes/step.ts';
import { NOON, row } from '../../../support/builders.ts';

const MINUTE = 60_000;
const at = (minutes: number) => NOON + minutes * MINUTE;

/** Rows of the minutes from noon on, each read so many seconds after its end. */
function rows(ages: readonly (number | undefined)[], bytes = 1000): ReadonlyMap<number, Row> {
  const found = ages.map((age, index): [number, Row] | undefined =>
    age === undefined ? undefined : [at(index), row({ bytes, minute: at(index), readAt: at(index + 1) + age * 1000 })],
  );
  return new Map(found.filter((each) => each !== undefined));
}

function input(overrides: Partial<SizeInput> = {}): SizeInput {
  return {
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
    const step = nextStep(120, input({ rows: rows([120, 7200, 119, 120]) }));
    expect(step).toEqual({ kind: 'pass over', minutes: { from: at(0), to: at(2) } });
  });

  test('compares those that have rows, up to the first that need not be', () => {
    const step = nextStep(120, input({ rows: rows([0, 0, 0, 300]) }));
    expect(step).toEqual({ kind: 'minutes', how: 'comparing', minutes: { from: at(0), to: at(3) } });
  });

  test('sends those that have none', () => {
    const step = nextStep(0, input({ rows: rows([undefined, undefined, 0]) }));
    expect(step).toEqual({ kind: 'minutes', how: 'sending', minutes: { from: at(0), to: at(2) } });
  });

  test('reads no more than what is the most', () => {
    expect(nextStep(120, input({ most: 4 }))).toMatchObject({ minutes: { from: at(0), to: at(4) } });
    const step = nextStep(120, input({ most: 3, rows: rows(Array.from({ length: 10 }, () => 0)) }));
    expect(step).toEqual({ kind: 'minutes', how: 'comparing', minutes: { from: at(0), to: at(3) } });
  });

  test('reads about eight pages, by what rows and the read before say', () => {
    expect(nextStep(120, input({ rows: rows([0, 0, 0, 0], 4000) }))).toMatchObject({
      minutes: { to: at(2) },
    });
    expect(nextStep(120, input({ bytesPerMinute: 3000 }))).toMatchObject({ minutes: { to: at(3) } });
  });

  test('reads a minute in parts that holds more', () => {
    expect(nextStep(120, input({ bytesPerMinute: 40_000 }))).toEqual({
      kind: 'part',
      part: firstPart(at(0), 'sending', 15_000, at(15)),
    });
  });

  test('goes on with a minute begun in parts', () => {
    const part = { ...firstPart(at(0), 'comparing', 100, at(12)), upTo: at(0) + 500 };
    expect(nextStep(120, input({ part }))).toEqual({ kind: 'part', part });
    expect(nextStep(120, input({ part: { ...part, minute: at(-1) } }))).not.toMatchObject({ kind: 'part' });
  });
});

test.each([
  ['half of what the lines seen covered', 60_000, 10_000, 5000],
  ['half of what it was, where the last line was seen first', 60_000, 60_000, 30_000],
  ['one millisecond at least', 2, 0, 1],
])('a part that held too much becomes %s', (_, span, newest, expected) => {
  expect(smallerSpan(at(0), span, at(0) + newest)).toBe(expected);
});

test('what is sent again goes by size alone, whatever the rows say', () => {
  const all = rows([0, undefined, 7200, 300]);
  expect(nextToSend(input({ rows: all, due: { from: at(0), to: at(4) } }))).toEqual({
    kind: 'minutes',
    how: 'sending',
    minutes: { from: at(0), to: at(4) },
  });
});
