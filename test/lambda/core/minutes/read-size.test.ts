import { describe, expect, test } from 'vitest';
import { FoundByMinute, NONE } from '../../../../lambda/core/ledger/counts.ts';
import { hashOf } from '../../../../lambda/core/ledger/digest.ts';
import type { Row } from '../../../../lambda/core/ledger/row.ts';
import { afterPart, firstPart, type MinuteInParts, rangeOf } from '../../../../lambda/core/minutes/part.ts';
import { ReadSize } from '../../../../lambda/core/minutes/read-size.ts';
import { MINUTE } from '../../../../lambda/core/time.ts';
import { line, NOON, row } from '../../../support/builders.ts';

const at = (minutes: number) => NOON + minutes * MINUTE;
const HOUR = { from: at(0), to: at(60) };
const PART_BYTES = 1000;

/** Rows of an hour's minutes, each of so many bytes, read too young for the age that asks. */
function rows(bytes: number): ReadonlyMap<number, Row> {
  const ofMinute = (minute: number) => row({ minute, bytes });
  return new Map(Array.from({ length: 60 }, (_, index) => [at(index), ofMinute(at(index))]));
}

/** What a read found: so many bytes, the last of them at `newest`. */
function found(bytes: number, newest: number): FoundByMinute {
  const sums = new FoundByMinute();
  sums.add(line({ timestamp: newest, message: 'x'.repeat(bytes) }), hashOf('an-id'));
  return sums;
}

/** How many minutes would be read next. */
function next(size: ReadSize, known: ReadonlyMap<number, Row> = new Map()): number {
  const step = size.next(120, { due: HOUR, rows: known, part: undefined, now: at(70) });
  return step.kind === 'minutes' ? (step.minutes.to - step.minutes.from) / MINUTE : Number.NaN;
}

describe('how much is read at once', () => {
  test('is one minute where nothing is known, then twice as many as before', () => {
    const size = new ReadSize(PART_BYTES);
    expect(next(size)).toBe(1);
    size.sent({ from: at(0), to: at(1) }, 10);
    expect(next(size)).toBe(2);
    size.sent({ from: at(1), to: at(3) }, 10);
    expect(next(size)).toBe(4);
  });

  test('is what fits by the rows where there are rows', () => {
    const size = new ReadSize(PART_BYTES);
    expect(next(size, rows(100))).toBe(1);
    size.readInFull({ from: at(0), to: at(30) });
    expect(next(size, rows(100))).toBe(10);
    expect(next(size, rows(10))).toBe(60);
  });

  test.each(['comparing', 'sending'] as const)('is one minute again after a read for %s gave up', (how) => {
    const size = new ReadSize(PART_BYTES);
    size.sent({ from: at(0), to: at(8) }, 10);
    expect(size.gaveUp({ from: at(0), to: at(16) }, how, found(900, at(15)), at(70))).toBeUndefined();
    expect(next(size)).toBe(1);
    expect(next(size, rows(10))).toBe(1);
    size.readInFull({ from: at(0), to: at(1) });
    expect(next(size, rows(10))).toBe(2);
  });

  test('is a part of the minute where one minute was too much', () => {
    const size = new ReadSize(PART_BYTES);
    const part = size.gaveUp({ from: at(0), to: at(1) }, 'sending', found(3000, at(0) + 20_000), at(70));
    expect(part).toEqual(firstPart(at(0), 'sending', 10_000, at(70)));
  });
});

describe('a read', () => {
  const size = new ReadSize(PART_BYTES);
  const isTooMuch = (bytes: number, reached: number, to = at(1)) =>
    size.isTooMuch({ from: at(0), to }, found(bytes, at(0) + reached));

  test('goes on where less than it has found is left, though it holds more than was thought', () => {
    expect(isTooMuch(2 * PART_BYTES, MINUTE / 2)).toBe(false);
    expect(isTooMuch(3.9 * PART_BYTES, MINUTE - 1)).toBe(false);
  });

  test('gives up as soon as it is to be seen that too much is to come', () => {
    expect(isTooMuch(PART_BYTES, 1)).toBe(false);
    expect(isTooMuch(PART_BYTES + 1, MINUTE / 5)).toBe(true);
    expect(isTooMuch(2 * PART_BYTES, MINUTE / 2 - 1000)).toBe(true);
  });

  test('gives up at four times what is read at once, whatever its lines say of how far it is', () => {
    expect(isTooMuch(4 * PART_BYTES + 1, MINUTE - 1)).toBe(true);
    expect(isTooMuch(4 * PART_BYTES + 1, 100 * MINUTE)).toBe(true);
  });

  test('of a millisecond never gives up: it can not be cut', () => {
    expect(isTooMuch(1000 * PART_BYTES, 0, at(0) + 1)).toBe(false);
  });
});

describe('the parts of a minute', () => {
  /** Reads the minute to its end, each part holding what `bytesOf` says; how many parts there were. */
  function parts(first: MinuteInParts, bytesOf: (from: number, to: number) => number): number {
    let [part, count]: [MinuteInParts | undefined, number] = [first, 0];
    while (part !== undefined) {
      const { from, to } = rangeOf(part);
      const bytes = bytesOf(from, to);
      part = afterPart(part, { ...NONE, bytes }, PART_BYTES).left;
      count += 1;
    }
    return count;
  }

  test('grow again behind a crowded millisecond', () => {
    const crowded = (from: number) => (from < at(0) + 3 ? PART_BYTES : 1);
    expect(parts(firstPart(at(0), 'sending', 1, at(70)), crowded)).toBeLessThan(25);
  });

  test('stay as they are where they are as full as they should be', () => {
    expect(parts(firstPart(at(0), 'sending', 1000, at(70)), () => PART_BYTES * 0.6)).toBe(60);
  });
});
