import { add, type Found, type FoundByMinute, NONE, type Sums } from '../ledger/counts.ts';
import { MINUTE } from '../time.ts';
import type { JudgedBy, Minutes, Pass } from './minutes.ts';

/** How far a minute too large for one read has come. */
export interface MinuteInParts {
  readonly minute: number;
  readonly how: Pass;
  /** Everything of the minute before it is in `sums`. */
  readonly upTo: number;
  /** Length of the next part. */
  readonly span: number;
  /** When the first part's query began. */
  readonly begun: number;
  readonly sums: Sums;
  /** What a comparing pass found of the whole minute before this one began to send it. */
  readonly compared?: Found | undefined;
  /** What the first part was begun with: absent before it. */
  readonly base?: Base;
}

/** By what a minute in parts is judged, and the `readAt` of the row that its parts are held against; 0: there was none. */
export interface Base extends JudgedBy {
  readonly readAt: number;
}

/** A minute that is to be read in parts from its begin. */
export function firstPart(minute: number, how: Pass, span: number, begun: number): MinuteInParts {
  return { minute, how, upTo: minute, span: Math.max(1, Math.floor(span)), begun, sums: NONE };
}

/** The minute in parts of about `partBytes`, where it holds more than that. */
export function partsOf(
  minute: number,
  how: Pass,
  bytes: number,
  partBytes: number,
  now: number,
): MinuteInParts | undefined {
  return bytes > partBytes ? firstPart(minute, how, (MINUTE * partBytes) / bytes, now) : undefined;
}

/** The next part of the minute. */
export function rangeOf({ minute, upTo, span }: MinuteInParts): Minutes {
  return { from: upTo, to: Math.min(upTo + span, minute + MINUTE) };
}

/** As it is when the read of its next part begins. */
export function beginning(part: MinuteInParts, now: number): MinuteInParts {
  return part.upTo === part.minute ? { ...part, begun: now } : part;
}

/**
 * After a part that was read in full: what is left of the minute, or where nothing is, what all of it held. Where the
 * part held less than half of what is read at once, the next may be twice as long: one crowded millisecond must not
 * make the rest of its minute thousands of reads.
 */
export function afterPart(
  part: MinuteInParts,
  found: Sums,
  partBytes: number,
): { readonly left: MinuteInParts } | { readonly left: undefined; readonly sums: Sums } {
  const { to } = rangeOf(part);
  const sums = add(part.sums, found);
  const span = found.bytes < partBytes / 2 ? Math.min(2 * part.span, MINUTE) : part.span;
  return to < part.minute + MINUTE ? { left: { ...part, upTo: to, span, sums } } : { left: undefined, sums };
}

/** The part again, smaller, since a read of it found too much. */
export function smallerPart(part: MinuteInParts, found: Pick<FoundByMinute, 'newest'>): MinuteInParts {
  const { from, to } = rangeOf(part);
  return { ...part, span: smallerSpan(from, to - from, found.newest) };
}

/**
 * A smaller span for a part that held too much: by how far the lines seen reached, at most half. A millisecond can't
 * be cut.
 */
export function smallerSpan(from: number, span: number, newest: number): number {
  const covered = Math.max(0, newest - from);
  return Math.max(1, Math.floor(Math.min(span, covered) / 2));
}
