import { describe, expect, test } from 'vitest';
import { accountFor, isComplete } from '../../../../bin/operate/account/account.ts';
import { hoursOf, type Situation } from '../../../../bin/operate/account/hours.ts';
import { isoTime, MINUTE } from '../../../../lambda/core/time.ts';
import { NOON, row } from '../../../support/builders.ts';
import { MemoryLedger } from '../../../support/fakes/ledger.ts';
import { byMinute, checkpoint } from './rows.ts';

const HOUR = 60 * MINUTE;
const AGES = [0, 120, 7200];

/** The frontier stands at the end of the last minute before `now`. */
function situation(now: number, start = NOON): Situation {
  const cursors = Object.fromEntries(AGES.map((age) => [age, Math.max(start, now - age * 1000)]));
  return { checkpoint: checkpoint(start, cursors), ages: AGES, now };
}

describe('an hour of the account', () => {
  test('adds up its rows, what was dropped by rule and policy, what was parked by reason', () => {
    const rows = byMinute(
      row({ kept: 5, dropped: { 'rules[2]': 3 }, parked: { truncated: 2 }, truncated: 2 }),
      row({ minute: NOON + MINUTE, kept: 4, dropped: { 'rules[2]': 1, 'no rule': 2 }, duplicates: 3 }),
      row({ minute: NOON + 2 * MINUTE, kept: 9, dropped: { 'rules[2]': 1 }, policy: 'another' }),
    );
    const [hour] = hoursOf({ from: NOON, to: NOON + 3 * MINUTE }, rows, situation(NOON + 3 * MINUTE));
    expect(hour).toMatchObject({
      hour: '2026-11-21T12:00:00.000Z',
      minutes: 3,
      read: 30,
      kept: 18,
      dropped: 7,
      parked: 2,
      parkedWhy: { truncated: 2 },
      redriven: null,
      duplicates: 3,
      truncated: 2,
      unaccounted: 0,
    });
    expect(hour?.droppedBy).toEqual([
      { policy: 'a-policy', by: 'rules[2]', lines: 4 },
      { policy: 'a-policy', by: 'no rule', lines: 2 },
      { policy: 'another', by: 'rules[2]', lines: 1 },
    ]);
  });

  test('tells how many lines came late, and the oldest age at which such were found', () => {
    const looked = (minute: number, late: number, age: number) =>
      row({ minute, late, readAt: minute + MINUTE + age * 1000 });
    const rows = byMinute(looked(NOON, 2, 121), looked(NOON + MINUTE, 1, 7300), looked(NOON + 2 * MINUTE, 0, 90_000));
    const [hour] = hoursOf({ from: NOON, to: NOON + 3 * MINUTE }, rows, situation(NOON + 3 * MINUTE));
    expect(hour).toMatchObject({ late: 3, lateWithin: 7300 });
  });

  test('says what has no outcome', () => {
    const [hour] = hoursOf({ from: NOON, to: NOON + MINUTE }, byMinute(row({ kept: 7 })), situation(NOON + MINUTE));
    expect(hour?.unaccounted).toBe(3);
  });

  test('counts the minutes that have come to an age and those that were read at it', () => {
    const now = NOON + 10 * MINUTE;
    const rows = byMinute(...Array.from({ length: 10 }, (_, at) => row({ minute: NOON + at * MINUTE })));
    const [hour] = hoursOf({ from: NOON, to: now }, rows, situation(now));
    expect(hour?.ages).toEqual([
      { age: 0, due: 10, reached: 10 },
      { age: 120, due: 8, reached: 8 },
      { age: 7200, due: 0, reached: 0 },
    ]);
  });

  test('expects no look at minutes before the first run, though a backfill may have read some', () => {
    const rows = byMinute(row({ minute: NOON - 2 * MINUTE, readAt: NOON + 5 * MINUTE }));
    const now = NOON + 5 * MINUTE;
    const [hour] = hoursOf({ from: NOON - 5 * MINUTE, to: NOON }, rows, situation(now));
    expect(hour?.ages.map(({ due, reached }) => [due, reached])).toEqual([
      [1, 1],
      [1, 1],
      [0, 0],
    ]);
  });

  test('takes a late read for all the ages before it', () => {
    const now = NOON + 3 * HOUR;
    const standing = checkpoint(NOON, { 0: now, 120: NOON, 7200: NOON });
    const rows = byMinute(row({ readAt: NOON + MINUTE + 150_000 }));
    const [hour] = hoursOf({ from: NOON, to: NOON + MINUTE }, rows, { checkpoint: standing, ages: AGES, now });
    expect(hour?.ages.map(({ reached }) => reached)).toEqual([1, 1, 0]);
  });

  test('marks minutes behind the frontier without a row, neighbours as one, and none before the start or at the frontier', () => {
    const rows = byMinute(row({ minute: NOON + 2 * MINUTE }));
    const [hour] = hoursOf(
      { from: NOON - 5 * MINUTE, to: NOON + 9 * MINUTE },
      rows,
      situation(NOON + 5 * MINUTE),
    ).slice(1);
    expect(hour?.gaps).toEqual([
      { from: isoTime(NOON), to: isoTime(NOON + 2 * MINUTE), minutes: 2 },
      { from: isoTime(NOON + 3 * MINUTE), to: isoTime(NOON + 5 * MINUTE), minutes: 2 },
    ]);
  });
});

describe('an account', () => {
  async function account(from: number, to: number, rows: readonly ReturnType<typeof row>[], known = situation(to)) {
    const ledger = new MemoryLedger();
    for (const each of rows) await ledger.write(each, undefined);
    return accountFor({ cluster: 'prod', minutes: { from, to }, ledger, situation: known });
  }

  test('has an hour a row and the sum of all, over the days', async () => {
    const rows = Array.from({ length: 14 * 60 }, (_, at) => row({ minute: NOON + at * MINUTE }));
    const found = await account(NOON, NOON + 14 * HOUR, rows);
    expect(found.hours.map(({ read }) => read)).toEqual(Array.from({ length: 14 }, () => 600));
    expect(found.hours.at(-1)?.hour).toBe('2026-11-22T01:00:00.000Z');
    expect(found.total).toMatchObject({ minutes: 840, read: 8400, kept: 8400, gaps: [] });
    expect(isComplete(found)).toBe(true);
  });

  test('is not complete with a line unaccounted, nor with a minute that has no row', async () => {
    expect(isComplete(await account(NOON, NOON + MINUTE, [row({ kept: 9 })]))).toBe(false);
    expect(isComplete(await account(NOON, NOON + 2 * MINUTE, [row()]))).toBe(false);
  });

  test('of a cluster that was never read says so', async () => {
    const never = { checkpoint: undefined, ages: AGES, now: NOON + HOUR };
    const found = await account(NOON, NOON + HOUR, [], never);
    expect(found).toMatchObject({ start: null, frontier: null, total: { minutes: 0, gaps: [] } });
  });
});
