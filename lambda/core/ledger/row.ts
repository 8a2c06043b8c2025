import { SHAPE } from '../document/shape.ts';
import { MINUTE } from '../time.ts';
import { type Found, type Lines, type Outcomes, type Sums, total } from './counts.ts';
import type { Digest } from './digest.ts';

/** The ledger's row: one source, one minute. */
export interface Row extends Lines, Outcomes {
  /** Milliseconds: when the minute begins. */
  readonly minute: number;
  /**
   * When the newest read began that is on record here: each one that sent, and one that compared where that spares an
   * older age its own look.
   */
  readonly readAt: number;
  /** How many lines the first full read found. */
  readonly first: number;
  /** What the next read is held against: what the newest full read found. The row's own sums are never lowered to it. */
  readonly last: Last;
  /** Lines that later reads found and those before had not. */
  readonly late: number;
  /** Lines that a read had found and two later ones did not: at least so many. */
  readonly vanished: number;
  /** Hash of the policy that judged it. */
  readonly policy: string;
  /** Hash of the naming by which its documents have their ids and places; empty: a row of before namings were kept. */
  readonly naming: string;
  /** The shapes of the documents that were sent, increasing. */
  readonly shapes: readonly number[];
}

/** What a full read found. */
export interface Last {
  readonly lines: number;
  /** null: `lines` was lowered by what is gone, and no digest is known of the rest. */
  readonly digest: Digest | null;
  /** As `Found.seenUntil`; infinite in a row of before it was kept. */
  readonly seenUntil: number;
}

/** Lines without an outcome; anything but 0 is a fault of ours, and the row says so. */
export function unaccounted(sums: Lines & Outcomes): number {
  return sums.lines - sums.kept - total(sums.dropped) - total(sums.parked) - sums.duplicates;
}

export interface SentMinute {
  readonly minute: number;
  readonly sums: Sums;
  /** When its query began. */
  readonly begun: number;
  readonly policy: string;
  readonly naming: string;
  /** What another read found just before or after it; undefined: there was none. */
  readonly compared: Found | undefined;
}

/**
 * The row after a sending pass. Its sums are recomputed, not incremented: two reads of one minute can differ. They are
 * never lowered: where fewer lines are found than before, they stay.
 */
export function recompute(before: Row | undefined, sent: SentMinute): Row {
  const { minute, begun, policy, naming } = sent;
  const { seenUntil, known: _, ...sums } = sent.sums;
  const last = { lines: sums.lines, digest: sums.digest, seenUntil };
  const now = { ...sums, policy, naming, shapes: [SHAPE] };
  if (before === undefined) return { ...now, minute, readAt: begun, first: sums.lines, last, late: 0, vanished: 0 };
  const kept = sums.lines < before.lines ? before : now;
  const shapes = [...new Set([...before.shapes, SHAPE])].sort((a, b) => a - b);
  const readAt = Math.max(before.readAt, begun);
  return { ...before, ...kept, minute, readAt, first: before.first, shapes, ...changed(before, sent) };
}

/**
 * For so many milliseconds after CloudWatch Logs took a line in, a read may lack it though an earlier one found it. The
 * five minutes are a guess on the safe side: AWS promises nothing. The rest is what our clock may be wrong by.
 */
const STEADY = 5.5 * MINUTE;

/**
 * What came and what is gone since the newest full read. A read may miss lines, so lines count as gone only where two
 * reads lack them. Where this read lacks more than the other, `last` stays for the next comparison.
 */
function changed(before: Row, { sums, begun, compared }: SentMinute): Pick<Row, 'last' | 'late' | 'vanished'> {
  const { last, late, vanished } = before;
  const gone = goneSince(last, sums);
  const isSteady = last.seenUntil === Number.POSITIVE_INFINITY || begun - last.seenUntil >= STEADY;
  const both = Math.min(gone, compared === undefined || !isSteady ? 0 : goneSince(last, compared));
  if (gone > both) {
    const left = both === 0 ? last : { ...last, lines: last.lines - both, digest: null };
    return { last: left, late, vanished: vanished + both };
  }
  const { lines, digest, seenUntil } = sums;
  const came = Math.max(0, lines - last.lines + both);
  return { last: { lines, digest, seenUntil }, late: late + came, vanished: vanished + both };
}

/** How many lines at least of those that a full read found are not among the ones found now. */
export function goneSince(last: Last, { known }: Pick<Found, 'known'>): number {
  if (known.lines !== last.lines) return Math.max(0, last.lines - known.lines);
  return last.digest === null || known.digest === last.digest ? 0 : 1;
}

/** Whether a comparing pass found the minute as the newest full read had. */
export function isUnchanged({ last }: Row, found: Pick<Found, 'lines' | 'digest'>): boolean {
  return last.lines === found.lines && last.digest === found.digest;
}

/** Seconds between the minute's end and the newest full read of it that its row tells of. */
export function ageOf(row: Row): number {
  return ageAt(row.minute, row.readAt);
}

function ageAt(minute: number, time: number): number {
  return (time - minute - MINUTE) / 1000;
}

/** Whether noting a read of one age in the row lets an older age skip its own. */
export function sparesALook(row: Row, age: number, begun: number, ages: readonly number[]): boolean {
  return ages.some((older) => older > age && ageOf(row) < older && older <= ageAt(row.minute, begun));
}
