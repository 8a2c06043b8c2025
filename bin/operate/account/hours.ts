import { LEDGER_DAYS } from '../../../lambda/contract.ts';
import { addCounts, total } from '../../../lambda/core/ledger/counts.ts';
import { ageOf, type Row, unaccounted } from '../../../lambda/core/ledger/row.ts';
import { type Checkpoint, cursor } from '../../../lambda/core/minutes/checkpoint.ts';
import type { Minutes } from '../../../lambda/core/minutes/minutes.ts';
import { DAY, floorMinute, isoTime, MINUTE } from '../../../lambda/core/time.ts';

const HOUR = 60 * MINUTE;

/** How many of an hour's minutes have come to an age, and how many of these were read at it or later. */
export interface AgeReached {
  /** Seconds after a minute's end. */
  readonly age: number;
  readonly due: number;
  readonly reached: number;
}

/** By which rule of which policy lines were dropped. */
export interface Dropped {
  /** The policy's hash. */
  readonly policy: string;
  /** `rules[3]`, `stage` or `no rule`. */
  readonly by: string;
  readonly lines: number;
}

/** The ledger's rows of an hour, or of a whole range, added up. */
export interface Account {
  /** Minutes that have a row. */
  readonly minutes: number;
  readonly read: number;
  readonly bytes: number;
  readonly kept: number;
  readonly dropped: number;
  readonly droppedBy: readonly Dropped[];
  readonly parked: number;
  /** By reason. */
  readonly parkedWhy: Readonly<Record<string, number>>;
  /** Of the parked ones, those that were redriven since; the rows don't know. null: nobody was asked. */
  readonly redriven: number | null;
  readonly duplicates: number;
  /** Of the kept and the parked ones, those that CloudWatch had cut. */
  readonly truncated: number;
  /** Lines that the first full read of their minute had not found. */
  readonly late: number;
  /** Seconds: the oldest age at which such lines were found; they came at most that late. null: none came late. */
  readonly lateWithin: number | null;
  readonly vanished: number;
  readonly unaccounted: number;
  /** In the order of the ages. */
  readonly ages: readonly AgeReached[];
  /** Minutes behind the frontier without a row, `[from, to)`: nothing is known of their lines. */
  readonly gaps: readonly Gap[];
}

export interface Gap {
  readonly from: string;
  readonly to: string;
  readonly minutes: number;
}

export interface Hour extends Account {
  /** ISO: when the hour begins. */
  readonly hour: string;
}

export interface Situation {
  /** undefined: the source was never read. */
  readonly checkpoint: Checkpoint | undefined;
  /** Seconds, increasing. */
  readonly ages: readonly number[];
  readonly now: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const NOTHING: Account = {
  minutes: 0,
  read: 0,
  bytes: 0,
  kept: 0,
  dropped: 0,
  droppedBy: [],
  parked: 0,
  parkedWhy: {},
  redriven: 0,
  duplicates: 0,
  truncated: 0,
  late: 0,
  lateWithin: null,
  vanished: 0,
  unaccounted: 0,
  ages: [],
  gaps: [],
};

/** An account an hour of the range, the first and the last maybe of a part of it. */
export function hoursOf(minutes: Minutes, rows: ReadonlyMap<number, Row>, situation: Situation): readonly Hour[] {
  const hours: Hour[] = [];
  for (let from = minutes.from; from < minutes.to; ) {
    const begin = Math.floor(from / HOUR) * HOUR;
    const to = Math.min(minutes.to, begin + HOUR);
    hours.push({ hour: isoTime(begin), ...accountOf({ from, to }, rows, situation) });
    from = to;
  }
  return hours;
}

function accountOf({ from, to }: Minutes, rows: ReadonlyMap<number, Row>, situation: Situation): Account {
  let account = NOTHING;
  for (let minute = from; minute < to; minute += MINUTE) {
    const row = rows.get(minute);
    account = sum(account, { ...(row === undefined ? NOTHING : ofRow(row)), ...standing(minute, row, situation) });
  }
  return account;
}

function ofRow(row: Row): Account {
  const { lines, bytes, kept, dropped, parked, duplicates, truncated, late, vanished, policy } = row;
  const droppedBy = Object.entries(dropped).map(([by, lines]) => ({ policy, by, lines }));
  return {
    ...NOTHING,
    minutes: 1,
    read: lines,
    bytes,
    kept,
    dropped: total(dropped),
    droppedBy,
    parked: total(parked),
    parkedWhy: parked,
    redriven: total(parked) === 0 ? 0 : null,
    duplicates,
    truncated,
    late,
    lateWithin: late > 0 ? ageOf(row) : null,
    vanished,
    unaccounted: unaccounted(row),
  };
}

/** Which ages a minute has come to and which it was read at; a gap where the frontier has passed it without a row. */
function standing(minute: number, row: Row | undefined, { checkpoint, ages, now }: Situation) {
  const behind = (age: number) => checkpoint !== undefined && minute < cursor(checkpoint, age);
  // Nobody was to read a minute before the first run began; a backfill may have done so.
  const expected = row !== undefined || (checkpoint !== undefined && minute >= checkpoint.start);
  const reached = ages.map((age): AgeReached => {
    const due = expected && minute + MINUTE <= floorMinute(now - age * 1000);
    const read = row !== undefined && (ageOf(row) >= age || (minute >= (checkpoint?.start ?? 0) && behind(age)));
    return { age, due: due ? 1 : 0, reached: due && read ? 1 : 0 };
  });
  const expired = minute < now - LEDGER_DAYS * DAY;
  const isGap = expected && row === undefined && behind(0) && !expired;
  const gaps = isGap ? [gap(minute, minute + MINUTE)] : [];
  return { ages: reached, gaps };
}

function sum(one: Account, other: Account): Account {
  const both: Mutable<Account> = { ...one };
  for (const key of NUMBERS) both[key] = one[key] + other[key];
  both.lateWithin = larger(one.lateWithin, other.lateWithin);
  both.redriven = one.redriven === null || other.redriven === null ? null : one.redriven + other.redriven;
  both.parkedWhy = addCounts(one.parkedWhy, other.parkedWhy);
  both.droppedBy = addDropped(one.droppedBy, other.droppedBy);
  both.ages = addAges(one.ages, other.ages);
  both.gaps = addGaps(one.gaps, other.gaps);
  return both;
}

const NUMBERS = [
  'minutes',
  'read',
  'bytes',
  'kept',
  'dropped',
  'parked',
  'duplicates',
  'truncated',
  'late',
  'vanished',
  'unaccounted',
] as const satisfies readonly (keyof Account)[];

export function sumOf(accounts: readonly Account[]): Account {
  return accounts.reduce(sum, NOTHING);
}

function larger(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.max(one, other);
}

function addDropped(one: readonly Dropped[], other: readonly Dropped[]): readonly Dropped[] {
  if (other.length === 0) return one;
  const byName = new Map<string, Dropped>();
  for (const each of [...one, ...other]) {
    const name = `${each.policy} ${each.by}`;
    byName.set(name, { ...each, lines: each.lines + (byName.get(name)?.lines ?? 0) });
  }
  return [...byName.values()];
}

function addAges(one: readonly AgeReached[], other: readonly AgeReached[]): readonly AgeReached[] {
  if (one.length === 0) return other;
  return one.map((each, at) => ({
    age: each.age,
    due: each.due + (other[at]?.due ?? 0),
    reached: each.reached + (other[at]?.reached ?? 0),
  }));
}

/** Neighbours become one. */
function addGaps(one: readonly Gap[], other: readonly Gap[]): readonly Gap[] {
  const [next, ...rest] = other;
  const last = one.at(-1);
  if (last === undefined || next === undefined || last.to !== next.from) return [...one, ...other];
  return [...one.slice(0, -1), gap(Date.parse(last.from), Date.parse(next.to)), ...rest];
}

function gap(from: number, to: number): Gap {
  return { from: isoTime(from), to: isoTime(to), minutes: (to - from) / MINUTE };
}
