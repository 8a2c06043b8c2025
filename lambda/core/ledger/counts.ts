import type { CloudWatchLine } from '../line.ts';
import { floorMinute } from '../time.ts';
import { addDigests, addHash, type Digest, digestOf, type EventHash, HASH_WORDS } from './digest.ts';
import { isRefused, type Outcome } from './outcome.ts';

/** Lines of a minute, or of a part of one. Parts add up. */
export interface Lines {
  readonly lines: number;
  readonly bytes: number;
  readonly digest: Digest;
}

/** What a read found of a minute, or of a part of one. */
export interface Found extends Lines {
  /** The greatest ingestionTime among the lines, milliseconds by AWS's clock; 0 where there are none. */
  readonly seenUntil: number;
  /** The lines taken in no later than the row's `seenUntil`: the read before could have seen these. */
  readonly known: Pick<Lines, 'lines' | 'digest'>;
}

/** What became of a minute's lines, or of a part of them. Parts add up. */
export interface Outcomes {
  /** Indexed now or before. */
  readonly kept: number;
  /** By what dropped them. */
  readonly dropped: Counts;
  /** By reason. */
  readonly parked: Counts;
  readonly duplicates: number;
  /** Of the lines kept or parked, those that CloudWatch had cut. */
  readonly truncated: number;
}

/** What a sending pass knows of a minute, or of a part of one. */
export interface Sums extends Found, Outcomes {}

export type Counts = Readonly<Record<string, number>>;

export const NONE: Sums = {
  lines: 0,
  bytes: 0,
  digest: 0n,
  seenUntil: 0,
  known: { lines: 0, digest: 0n },
  kept: 0,
  dropped: {},
  parked: {},
  duplicates: 0,
  truncated: 0,
};

export function add(one: Sums, other: Sums): Sums {
  return {
    lines: one.lines + other.lines,
    bytes: one.bytes + other.bytes,
    digest: addDigests(one.digest, other.digest),
    seenUntil: Math.max(one.seenUntil, other.seenUntil),
    known: {
      lines: one.known.lines + other.known.lines,
      digest: addDigests(one.known.digest, other.known.digest),
    },
    kept: one.kept + other.kept,
    dropped: addCounts(one.dropped, other.dropped),
    parked: addCounts(one.parked, other.parked),
    duplicates: one.duplicates + other.duplicates,
    truncated: one.truncated + other.truncated,
  };
}

/** The same where nobody can tell which of the lines the row's last read knew. */
export function allKnown(sums: Sums): Sums {
  const { lines, digest } = sums;
  return { ...sums, known: { lines, digest } };
}

export function addCounts(one: Counts, other: Counts): Counts {
  const sum: Record<string, number> = { ...one };
  for (const [key, count] of Object.entries(other)) sum[key] = (sum[key] ?? 0) + count;
  return sum;
}

export function total(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

interface MutableFound {
  lines: number;
  bytes: number;
  seenUntil: number;
  knownLines: number;
  readonly sum: EventHash;
  readonly knownSum: EventHash;
}

/** The lines of a read, counted by the minute they are filed under. */
export class FoundByMinute {
  readonly #minutes = new Map<number, MutableFound>();
  readonly #seenUntil: (minute: number) => number;
  bytes = 0;
  /** The latest time a line is filed under; 0 before any. */
  newest = 0;
  /** The longest time between a line's timestamp and its ingestion, milliseconds. */
  delay = 0;

  /** `seenUntil`: of the newest full read of a minute. Default: nothing is known of any, and all lines count as known. */
  constructor(seenUntil: (minute: number) => number = () => Number.POSITIVE_INFINITY) {
    this.#seenUntil = seenUntil;
  }

  of(minute: number): Found {
    const found = this.#minutes.get(minute);
    if (found === undefined) return NONE;
    const { lines, bytes, seenUntil, knownLines, sum, knownSum } = found;
    const known = { lines: knownLines, digest: digestOf(knownSum) };
    return { lines, bytes, digest: digestOf(sum), seenUntil, known };
  }

  /** `hash`: of the line's eventId. */
  add({ message, timestamp, origin: { ingestionTime } }: CloudWatchLine, hash: EventHash): void {
    const minute = floorMinute(timestamp);
    const found = this.#at(minute);
    const bytes = Buffer.byteLength(message);
    found.lines += 1;
    found.bytes += bytes;
    found.seenUntil = Math.max(found.seenUntil, ingestionTime);
    addHash(found.sum, hash);
    if (ingestionTime <= this.#seenUntil(minute)) {
      found.knownLines += 1;
      addHash(found.knownSum, hash);
    }
    this.bytes += bytes;
    this.newest = Math.max(this.newest, timestamp);
    this.delay = Math.max(this.delay, ingestionTime - timestamp);
  }

  #at(minute: number): MutableFound {
    const there = this.#minutes.get(minute);
    if (there !== undefined) return there;
    const none = () => new Uint32Array(HASH_WORDS);
    const found = { lines: 0, bytes: 0, seenUntil: 0, knownLines: 0, sum: none(), knownSum: none() };
    this.#minutes.set(minute, found);
    return found;
  }
}

/** What became of all lines of a delivery together, as a run's totals name it. */
export type Totals = ReturnType<typeof noTotals>;

export function noTotals() {
  return {
    /** Lines that were given an outcome, and those that were not. */
    read: 0,
    indexed: 0,
    alreadyIndexed: 0,
    duplicate: 0,
    dropped: 0,
    parked: 0,
    /** Of the indexed and the parked ones, those whose line was cut. */
    truncated: 0,
    /** Of the parked ones, those whose event Elasticsearch refused, or that could not be judged. */
    refused: 0,
    /** Lines without an outcome: must be 0. */
    unaccounted: 0,
  };
}

interface MutableOutcomes {
  kept: number;
  readonly dropped: Record<string, number>;
  readonly parked: Record<string, number>;
  duplicates: number;
  truncated: number;
}

/** Outcomes, counted by the minute that a line is filed under and in all. */
export class OutcomesByMinute {
  readonly #minutes = new Map<number, MutableOutcomes>();
  readonly totals = noTotals();

  of(minute: number): Outcomes {
    return this.#minutes.get(minute) ?? NONE;
  }

  /** `truncated`: CloudWatch had cut the line. */
  add(timestamp: number, outcome: Outcome, truncated = false): void {
    const sums = this.#at(floorMinute(timestamp));
    this.totals.read += 1;
    if (truncated) {
      sums.truncated += 1;
      this.totals.truncated += 1;
    }
    switch (outcome.kind) {
      case 'indexed':
        sums.kept += 1;
        this.totals.indexed += 1;
        break;
      case 'already indexed':
        sums.kept += 1;
        this.totals.alreadyIndexed += 1;
        break;
      case 'duplicate':
        sums.duplicates += 1;
        this.totals.duplicate += 1;
        break;
      case 'dropped':
        sums.dropped[outcome.by] = (sums.dropped[outcome.by] ?? 0) + 1;
        this.totals.dropped += 1;
        break;
      case 'parked':
        sums.parked[outcome.why] = (sums.parked[outcome.why] ?? 0) + 1;
        this.totals.parked += 1;
        if (isRefused(outcome.why)) this.totals.refused += 1;
        break;
    }
  }

  /** Lines that were taken and got no outcome. */
  addUnaccounted(lines: number): void {
    this.totals.read += lines;
    this.totals.unaccounted += lines;
  }

  #at(minute: number): MutableOutcomes {
    const there = this.#minutes.get(minute);
    if (there !== undefined) return there;
    const sums = { kept: 0, dropped: {}, parked: {}, duplicates: 0, truncated: 0 };
    this.#minutes.set(minute, sums);
    return sums;
  }
}
