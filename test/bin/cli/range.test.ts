import { describe, expect, test } from 'vitest';
import { flagsOf, parseRange, type RangeFlags } from '../../../bin/cli/range.ts';
import { MINUTE } from '../../../lambda/core/time.ts';
import { NOON } from '../../support/builders.ts';

const now = NOON + 30_000;

function minutesOf(flags: RangeFlags, since?: string): readonly [number, number] {
  const range = parseRange(flags, { now, ...(since === undefined ? {} : { since }) });
  if (!range.ok) throw new Error(range.problems.map(({ message }) => message).join(' '));
  return [range.minutes.from, range.minutes.to];
}

function refusalOf(flags: RangeFlags): string {
  const range = parseRange(flags, { now });
  return range.ok ? 'taken' : range.problems.map(({ path, message }) => `${path}: ${message}`).join('\n');
}

describe('a range of time', () => {
  test.each<[RangeFlags, number, number]>([
    [{ since: '2h' }, NOON - 120 * MINUTE, NOON],
    [{ from: '2h', to: '1h' }, NOON - 120 * MINUTE, NOON - 59 * MINUTE],
    [{ from: '2026-11-21T11:00:00Z', to: '2026-11-21T11:10:00Z' }, NOON - 60 * MINUTE, NOON - 50 * MINUTE],
    [{ from: '2026-11-21T13:00:00+02:00' }, NOON - 60 * MINUTE, NOON],
    [{ from: '2026-11-21' }, NOON - 720 * MINUTE, NOON],
    [{ from: '2026-11-20', to: '2026-11-20' }, NOON - 2160 * MINUTE, NOON - 720 * MINUTE],
    [{ from: '2026-11-21', to: '2026-11-21' }, NOON - 720 * MINUTE, NOON],
    [{ from: '2026-11-21T11:00:59Z', to: '2026-11-21T11:01:01Z' }, NOON - 60 * MINUTE, NOON - 58 * MINUTE],
  ])('%o is whole minutes that are over', (flags, from, to) => {
    expect(minutesOf(flags)).toEqual([from, to]);
  });

  test('begins where the command says when no flag does', () => {
    expect(minutesOf({}, '24h')).toEqual([NOON - 24 * 60 * MINUTE, NOON]);
  });

  test('can be given to the flags again', () => {
    const text = flagsOf({ from: NOON - MINUTE, to: NOON });
    expect(text).toBe('--from 2026-11-21T11:59:00Z --to 2026-11-21T12:00:00Z');
  });

  test.each<[RangeFlags, RegExp]>([
    [{}, /^--from: Missing: say where the range begins/],
    [{ from: '2h', since: '1h' }, /^--since: Both --from and --since/],
    [{ since: 'yesterday' }, /^--since: Expected a time like .*, found "yesterday"\.$/],
    [{ from: '2026-02-30T00:00:00Z', to: '5 minutes' }, /^--from: Expected .*\n--to: Expected .*"5 minutes"\.$/],
    [{ from: '1h', to: '2h' }, /^--from: Expected a begin before the end/],
    [{ from: '10s' }, /^--from: Expected a begin before the end/],
    [
      { since: '1h', to: '2026-11-21T12:01:00Z' },
      /^--to: Minutes are read when they are over, .* say --to 2026-11-21T12:00:00Z\.$/,
    ],
    [
      { from: '2026-11-21T12:10', to: '2026-11-21T12:10:30' },
      /"2026-11-21T12:10"\. It names no zone: write 2026-11-21T12:10:00Z if it is in UTC\.\n.*write 2026-11-21T12:10:30Z if/,
    ],
    [{ from: '1h', to: '2026-11-22' }, /^--to: Minutes are read when they are over/],
    [{ since: '999999999d' }, /^--since: Expected a time/],
  ])('%o is refused with a sentence', (flags, sentence) => {
    expect(refusalOf(flags)).toMatch(sentence);
  });
});
