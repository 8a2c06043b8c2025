import { MINUTE } from '../time.ts';
import { type Found, type Sums, total } from './counts.ts';

/** The ledger's row: one source, one minute. */
export interface Row extends Sums {
  /** Milliseconds: when the minute begins. */
  readonly minute: number;
  /** When the newest full read began that the row tells of: every one that sent, not every one that only compared. */
  readonly readAt: number;
  /** How many lines the first full read found. */
  readonly first: number;
  /** Hash of the policy that judged it. */
  readonly policy: string;
  /** Lines that an earlier read had found and the newest did not. */
  readonly vanished: number;
}

/** Lines without an outcome; anything but 0 is a fault of ours, and the row says so. */
export function unaccounted(sums: Sums): number {
  return sums.lines - sums.kept - total(sums.dropped) - total(sums.parked) - sums.duplicates;
}

/** Lines that the first full read had not found. */
export function late(row: Row): number {
  return row.lines - row.first;
}

export interface SentMinute {
  readonly minute: number;
  readonly sums: Sums;
  /** When its query began. */
  readonly begun: number;
  readonly policy: string;
}

/**
 * The row after a sending pass. Recomputed, not incremented: two reads of one minute can differ. Never lowered: where
 * fewer lines are found than before (retention, a group made anew) the numbers stay and `vanished` tells the rest.
 */
export function recompute(before: Row | undefined, { minute, sums, begun, policy }: SentMinute): Row {
  if (before === undefined) return { ...sums, minute, readAt: begun, first: sums.lines, policy, vanished: 0 };
  const kept = { minute, readAt: Math.max(before.readAt, begun), first: before.first };
  if (sums.lines < before.lines) return { ...before, ...kept, vanished: before.lines - sums.lines };
  return { ...sums, ...kept, policy, vanished: 0 };
}

/** Whether a comparing pass found the minute as the row says it was. */
export function isUnchanged(row: Row, found: Pick<Found, 'lines' | 'digest'>): boolean {
  return row.vanished === 0 && row.lines === found.lines && row.digest === found.digest;
}

/** Seconds between the minute's end and the newest full read of it that its row tells of. */
export function ageOf(row: Row): number {
  return ageAt(row.minute, row.readAt);
}

function ageAt(minute: number, time: number): number {
  return (time - minute - MINUTE) / 1000;
}

/**
 * Whether a read for one age, so late that it is old enough for an older one too, is worth a write to the row: it is
 * where the older age would look for itself otherwise.
 */
export function sparesALook(row: Row, age: number, begun: number, ages: readonly number[]): boolean {
  return ages.some((older) => older > age && ageOf(row) < older && older <= ageAt(row.minute, begun));
}
