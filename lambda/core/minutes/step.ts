import { ageOf, type Row } from '../ledger/row.ts';
import { MINUTE } from '../time.ts';
import type { Minutes } from './checkpoint.ts';
import { type MinuteInParts, partsOf } from './part.ts';

/** About eight pages: what is read at once, sent, and then saved. A read that finds twice as much gives up. */
export const PART_BYTES = 8 * 1024 * 1024;

/** Minutes with rows are compared first, those without are sent. */
export type PassKind = 'comparing' | 'sending';

/** What an age does next with the minutes that are due. */
export type Step =
  /** Their rows say that they were read old enough, by whatever age's read. */
  | { readonly kind: 'pass over'; readonly minutes: Minutes }
  /** Whole minutes. */
  | { readonly kind: 'minutes'; readonly how: PassKind; readonly minutes: Minutes }
  /** The next part of a minute too large for one read. */
  | { readonly kind: 'part'; readonly part: MinuteInParts };

export interface Outlook {
  readonly age: number;
  readonly due: Minutes;
  /** By minute; those of the minutes due that there are. */
  readonly rows: ReadonlyMap<number, Row>;
  /** Where the minute at the cursor is being read in parts. */
  readonly part: MinuteInParts | undefined;
  /** What a minute without a row is thought to hold. */
  readonly bytesPerMinute: number;
  /** How many minutes are read at once at most. */
  readonly most: number;
  readonly now: number;
  /** What is read at once. */
  readonly partBytes: number;
}

export function nextStep(outlook: Outlook): Step {
  const { age, due, rows, part, now, partBytes } = outlook;
  if (part !== undefined && part.minute === due.from) return { kind: 'part', part };
  const passed = leading(due, (minute) => {
    const row = rows.get(minute);
    return row !== undefined && ageOf(row) >= age;
  });
  if (passed > due.from) return { kind: 'pass over', minutes: { from: due.from, to: passed } };
  const how = rows.has(due.from) ? 'comparing' : 'sending';
  const first = partsOf(due.from, how, estimate(outlook, due.from), partBytes, now);
  if (first !== undefined) return { kind: 'part', part: first };
  return { kind: 'minutes', how, minutes: { from: due.from, to: affordable(outlook, how) } };
}

/** Where the minutes end, from the first on, for which `holds` is true. */
function leading({ from, to }: Minutes, holds: (minute: number) => boolean): number {
  let minute = from;
  while (minute < to && holds(minute)) minute += MINUTE;
  return minute;
}

/** The end of the minutes that are read at once: alike in how, and about eight pages together. */
function affordable(outlook: Outlook, how: PassKind): number {
  const { age, due, rows, most, partBytes } = outlook;
  const limit = due.from + most * MINUTE;
  let bytes = 0;
  return leading(due, (minute) => {
    const row = rows.get(minute);
    bytes += estimate(outlook, minute);
    if (minute === due.from) return true;
    const alike = (row === undefined) === (how === 'sending') && (row === undefined || ageOf(row) < age);
    return alike && minute < limit && bytes <= partBytes;
  });
}

function estimate({ rows, bytesPerMinute }: Outlook, minute: number): number {
  return rows.get(minute)?.bytes ?? bytesPerMinute;
}

/**
 * Which age reads next: the frontier first, then the overdue ages from small to large; but each overdue age gets at
 * least a tenth of a run's requests. In every tenth run (`turn`) an overdue age begins, so that none starves even
 * where a run has time for one read only.
 */
export function nextAge(
  dueAges: readonly number[],
  spent: ReadonlyMap<number, number>,
  turn: number,
): number | undefined {
  const overdue = dueAges.filter((age) => age > 0);
  const all = [...spent.values()].reduce((sum, calls) => sum + calls, 0);
  if (all === 0 && overdueFirst(turn) && overdue.length > 0) return overdue[(turn / 10) % overdue.length];
  const starving = overdue.find((age) => (spent.get(age) ?? 0) < Math.floor(all / 10));
  if (starving !== undefined) return starving;
  return dueAges.includes(0) ? 0 : overdue[0];
}

/** Stands where an age does for the minute that is not over yet, which is read for freshness. */
export const UNFINISHED = -1;

/**
 * What a run reads next: an age, or after the frontier once the unfinished minute; undefined: nothing is left. A run
 * that may read so much only (`isLimited`) reads the unfinished minute last, and the overdue ages in turn.
 */
export function nextRead(
  dueAges: readonly number[],
  spent: ReadonlyMap<number, number>,
  turn: number,
  isLimited: boolean,
): number | undefined {
  const age = nextAge(isLimited ? inTurn(dueAges, turn) : dueAges, spent, turn);
  if (isLimited) return age ?? (spent.has(UNFINISHED) ? undefined : UNFINISHED);
  if (spent.has(UNFINISHED) || dueAges.includes(0)) return age;
  return age !== undefined && overdueFirst(turn) ? age : UNFINISHED;
}

/** What a run reads that has read all it may: once an overdue age, unless it came to one before. */
export function lastRead(
  dueAges: readonly number[],
  spent: ReadonlyMap<number, number>,
  turn: number,
): number | undefined {
  const cameToOne = [...spent.keys()].some((age) => age > 0);
  return cameToOne ? undefined : inTurn(dueAges, turn).find((age) => age > 0);
}

/** The ages, another of the overdue ones first in each run. */
function inTurn(dueAges: readonly number[], turn: number): readonly number[] {
  const overdue = dueAges.filter((age) => age > 0);
  const first = overdue.length === 0 ? 0 : turn % overdue.length;
  return [...dueAges.filter((age) => age === 0), ...overdue.slice(first), ...overdue.slice(0, first)];
}

/** Whether in this run an overdue age comes before the frontier and the unfinished minute. */
function overdueFirst(turn: number): boolean {
  return turn % 10 === 0;
}
