import { describe, expect, test } from 'vitest';
import { hourOf, hourVerdict, lastHour, parkedVerdict } from '../../../../bin/operate/status/hour.ts';
import type { Row } from '../../../../lambda/core/ledger/row.ts';
import { MINUTE } from '../../../../lambda/core/time.ts';
import { NOON, row } from '../../../support/builders.ts';
import { byMinute, checkpoint } from '../account/rows.ts';

const HOUR = lastHour(NOON + 10 * MINUTE + 1);
const at = (minute: number, more: Partial<Row> = {}) => row({ minute: NOON + minute * MINUTE, ...more });
/** Three minutes past noon are read. */
const POINT = checkpoint(NOON, { 0: NOON + 3 * MINUTE });
const THIRD = { lines: 3, kept: 1, dropped: { 'rules[1]': 1 }, parked: { truncated: 1 }, late: 1 };

function judged(...rows: readonly Row[]) {
  return hourVerdict(hourOf(byMinute(...rows), HOUR, POINT), HOUR, 120);
}

test('is the sixty minutes that are over', () => {
  expect(HOUR).toEqual({ from: NOON - 50 * MINUTE, to: NOON + 10 * MINUTE });
});

test('rows are added up by outcome', () => {
  expect(judged(at(0), at(1), at(2, THIRD))).toMatchObject({
    state: 'ok',
    message: '23 lines of 3 minutes: 21 kept, 1 dropped, 1 parked, 0 duplicates; 1 came late.',
    facts: { read: 23, kept: 21, dropped: 1, parked: 1, late: 1, unaccounted: 0, gaps: 0 },
  });
});

describe('what is wrong with it', () => {
  test.each<[string, readonly Row[], string]>([
    ['a line without an outcome', [at(0), at(1), at(2, { kept: 9 })], '1 line UNACCOUNTED for.'],
    ['a minute behind the frontier without a row', [at(0), at(2)], '1 minute without a row.'],
    ['lines that vanished', [at(0), at(1), at(2, { vanished: 2 })], '2 lines vanished from CloudWatch Logs.'],
    [
      'silence',
      [0, 1, 2].map((minute) => at(minute, { lines: 0 })),
      'not one line: somebody may have silenced the log.',
    ],
  ])('%s', (_, rows, end) => {
    const { state, message } = judged(...rows);
    expect([state, message.endsWith(`; ${end}`)]).toEqual(['wrong', true]);
  });

  test('not a short silence, nor minutes before the first run or behind which no frontier is', () => {
    const rows = byMinute(at(0, { lines: 0 }));
    const early = checkpoint(NOON, { 0: NOON + MINUTE });
    expect(hourVerdict(hourOf(rows, HOUR, early), HOUR, 120).state).toBe('ok');
  });

  test('not that nothing of it is read yet', () => {
    const none = hourOf(byMinute(), HOUR, undefined);
    expect(hourVerdict(none, HOUR, 120)).toMatchObject({ state: 'ok', message: 'None of its minutes is read yet.' });
  });
});

test('parked lines are told by reason', () => {
  const hour = hourOf(byMinute(at(0, THIRD), at(1, { parked: { truncated: 1, 'not JSON': 4 } })), HOUR, POINT);
  expect(parkedVerdict(hour)).toMatchObject({ message: 'truncated: 2, not JSON: 4.' });
  expect(parkedVerdict(hourOf(byMinute(at(0)), HOUR, POINT)).message).toBe('None.');
});
