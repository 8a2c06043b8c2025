import { total } from '../../lambda/core/ledger/counts.ts';
import { type Row, unaccounted } from '../../lambda/core/ledger/row.ts';
import { DAY, floorMinute, isoTime, MINUTE } from '../../lambda/core/time.ts';
import type { Ledger } from '../../lambda/ports.ts';

/** Days of minutes that are looked at: a page waits for the answer. */
const DAYS = 31;

/** Minutes that are looked at behind the last: CloudWatch Logs may file a line a little later than it happened. */
const LATE = 2;

/** Minutes after which all is read where nothing is wrong; alarms take longer. */
const YOUNG = 5;

interface Span {
  readonly from: number;
  readonly to: number;
  readonly now: number;
}

/**
 * What the ledger can't vouch for between two moments (milliseconds), a sentence each: there changes may be missing.
 * Empty: each minute was read in full, and each of its lines is indexed, or was dropped by the audit policy.
 */
export async function gapsBetween(ledger: Pick<Ledger, 'rows'>, { from, to, now }: Span): Promise<readonly string[]> {
  const begin = floorMinute(from);
  // What has not begun can lack nothing.
  const end = Math.min(floorMinute(to) + (1 + LATE) * MINUTE, floorMinute(now) + MINUTE);
  if (end <= begin) return [];
  if (end - begin > DAYS * DAY)
    return [
      `Whether changes are missing in between was not looked up: the ledger is asked about ${DAYS} days at most.`,
    ];
  const rows = await ledger.rows(begin, end);
  const young = Math.max(begin, Math.min(end, floorMinute(now) - YOUNG * MINUTE));
  return [...gapsIn(rows, begin, young), ...notYetRead(rows, young, end)];
}

function notYetRead(rows: ReadonlyMap<number, Row>, begin: number, end: number): readonly string[] {
  for (let minute = begin; minute < end; minute += MINUTE)
    if (!rows.has(minute))
      return [
        `The newest minutes, from ${isoTime(minute).slice(0, 16)}Z on, are not read in full yet: look again a little later.`,
      ];
  return [];
}

function gapsIn(rows: ReadonlyMap<number, Row>, begin: number, end: number): readonly string[] {
  const sentences = unread(rows, begin, end);
  const sum = (of: (row: Row) => number) => [...rows.values()].reduce((all, row) => all + of(row), 0);
  const counts = [
    [sum(unaccounted), 'unaccounted for'],
    [sum(({ vanished }) => vanished), 'gone from CloudWatch Logs before they were read again'],
    [sum(({ parked }) => total(parked)), 'parked: their events are in no timeline'],
  ] as const;
  return [
    ...sentences,
    ...counts
      .filter(([count]) => count !== 0)
      .map(([count, what]) => `Changes may be missing: ${count === 1 ? '1 line is' : `${count} lines are`} ${what}.`),
  ];
}

function unread(rows: ReadonlyMap<number, Row>, begin: number, end: number): readonly string[] {
  let [count, first, last] = [0, begin, begin];
  for (let minute = begin; minute < end; minute += MINUTE) {
    if (rows.has(minute)) continue;
    if (count === 0) first = minute;
    count += 1;
    last = minute;
  }
  if (count === 0) return [];
  const when = `${isoTime(first).slice(0, 16)}Z`;
  if (count === 1)
    return [`Changes may be missing: the minute ${when} is in no row of the ledger, so nobody read it in full.`];
  const until = `${isoTime(last).slice(0, 16)}Z`;
  return [
    `Changes may be missing: ${count} minutes between ${when} and ${until} are in no row of the ledger, so nobody read them in full.`,
  ];
}
