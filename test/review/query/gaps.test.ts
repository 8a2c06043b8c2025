import { expect, test } from 'vitest';
import { DAY, MINUTE } from '../../../lambda/core/time.ts';
import { gapsBetween } from '../../../review/query/gaps.ts';
import { NOON, row } from '../../support/builders.ts';

type Rows = ReturnType<typeof row>[];
const HOUR = 60 * MINUTE;
const gaps = (rows: Rows, to = NOON + MINUTE - 1, now = NOON + HOUR) =>
  gapsBetween({ rows: async () => new Map(rows.map((each) => [each.minute, each])) }, { from: NOON, to, now });
const minutes = (...overrides: Parameters<typeof row>[0][]) =>
  overrides.map((each, at) => row({ minute: NOON + at * MINUTE, ...each }));

test('a ledger that accounts for every minute has none', async () => {
  expect(await gaps(minutes({}, {}, {}))).toEqual([]);
});

test('the two minutes behind the last are looked at, too', async () => {
  expect(await gaps(minutes({}, {}), NOON)).toEqual([expect.stringContaining('the minute 2026-11-21T12:02Z')]);
});

test('a minute that has not begun lacks nothing, and one that is hardly over is not read yet', async () => {
  expect(await gaps(minutes({}), NOON, NOON + MINUTE - 1)).toEqual([]);
  expect(await gaps(minutes({}), NOON, NOON + 2 * MINUTE)).toEqual([
    'The newest minutes, from 2026-11-21T12:01Z on, are not read in full yet: look again a little later.',
  ]);
  expect(await gaps(minutes({}), NOON, NOON + 10 * MINUTE)).toEqual([
    expect.stringContaining('Changes may be missing'),
  ]);
});

test('what the audit policy dropped is no gap', async () => {
  expect(await gaps(minutes({}, { kept: 4, dropped: { 'no rule': 6 } }, {}))).toEqual([]);
});

test('minutes without a row were never read in full', async () => {
  const [first, , third] = minutes({}, {}, {});
  expect(await gaps([first, third].flatMap((each) => each ?? []))).toEqual([
    'Changes may be missing: the minute 2026-11-21T12:01Z is in no row of the ledger, so nobody read it in full.',
  ]);
  expect(await gaps([])).toEqual([
    expect.stringContaining('3 minutes between 2026-11-21T12:00Z and 2026-11-21T12:02Z'),
  ]);
});

test.each<readonly [string, Parameters<typeof row>[0]]>([
  ['1 line is unaccounted for', { kept: 9 }],
  ['2 lines are gone from CloudWatch Logs', { vanished: 2 }],
  ['3 lines are parked', { kept: 7, parked: { truncated: 3 } }],
])('%s: that is told', async (text, overrides) => {
  expect(await gaps(minutes({}, overrides, {}))).toEqual([expect.stringContaining(text)]);
});

test('a range that would take too long says that nobody looked', async () => {
  const ledger = { rows: () => Promise.reject(new Error('The ledger was asked.')) };
  expect(await gapsBetween(ledger, { from: NOON, to: NOON + 32 * DAY, now: NOON + 40 * DAY })).toEqual([
    expect.stringContaining('31 days at most'),
  ]);
});
