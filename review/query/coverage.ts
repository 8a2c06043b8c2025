import { total } from '../../lambda/core/ledger/counts.ts';
import { type Row, unaccounted } from '../../lambda/core/ledger/row.ts';
import { DAY, MINUTE } from '../../lambda/core/time.ts';
import type { Ledger } from '../../lambda/ports.ts';

const HOUR = 60 * MINUTE;

/** What the ledger says of a range of time: whether all of it was read, and what became of the lines. */
export interface Coverage {
  /** One for each hour of the range, in order. */
  readonly hours: readonly Hour[];
  readonly lines: number;
  readonly kept: number;
  readonly dropped: number;
  readonly parked: number;
  readonly duplicates: number;
  readonly late: number;
  readonly vanished: number;
  readonly unaccounted: number;
}

export interface Hour {
  /** Minutes of it that are over and have a row, of 60; and how many are over. */
  readonly read: number;
  readonly over: number;
  /** Lines without an outcome, or gone. */
  readonly faults: number;
}

/** `from` and `to` in milliseconds, whole hours; `now` tells which minutes are over. */
export async function coverage(
  ledger: Pick<Ledger, 'rows'>,
  { from, to }: { readonly from: number; readonly to: number },
  now: number,
): Promise<Coverage> {
  const hours: Hour[] = [];
  const sums = { lines: 0, kept: 0, dropped: 0, parked: 0, duplicates: 0, late: 0, vanished: 0, unaccounted: 0 };
  // A day at a time: a month has 43,200 rows.
  for (let day = from; day < to; day += DAY) {
    const rows = day < now ? await ledger.rows(day, Math.min(day + DAY, to)) : new Map<number, Row>();
    for (const row of rows.values()) add(sums, row);
    for (let hour = day; hour < Math.min(day + DAY, to); hour += HOUR) hours.push(hourOf(rows, hour, now));
  }
  return { hours, ...sums };
}

type Sums = { -readonly [K in keyof Omit<Coverage, 'hours'>]: number };

function add(sums: Sums, row: Row): void {
  sums.lines += row.lines;
  sums.kept += row.kept;
  sums.dropped += total(row.dropped);
  sums.parked += total(row.parked);
  sums.duplicates += row.duplicates;
  sums.late += row.late;
  sums.vanished += row.vanished;
  sums.unaccounted += unaccounted(row);
}

function hourOf(rows: ReadonlyMap<number, Row>, hour: number, now: number): Hour {
  let [read, over, faults] = [0, 0, 0];
  for (let minute = hour; minute < hour + HOUR; minute += MINUTE) {
    if (minute + MINUTE > now) break;
    over += 1;
    const row = rows.get(minute);
    if (row === undefined) continue;
    read += 1;
    faults += Math.abs(unaccounted(row)) + row.vanished;
  }
  return { read, over, faults };
}
