/**
 * The seams between the run and the ports. Each port has a fake that injects faults and an edge that is real; both
 * pass the same contract test. What a type can't say stands in the comments.
 */
import type { Naming } from './contract.ts';
import type { BulkAnswer, BulkItem } from './core/bulk/bulk.ts';
import type { Confirmed } from './core/document/confirmed.ts';
import type { Row } from './core/ledger/row.ts';
import type { Tally } from './core/ledger/tally.ts';
import type { CloudWatchLine } from './core/line.ts';
import type { Checkpoint, NextCheckpoint } from './core/minutes/checkpoint.ts';
import type { Policy } from './core/policy/policy.ts';

/** Milliseconds, both ends inclusive, as FilterLogEvents takes them. */
export interface TimeRange {
  readonly startTime: number;
  readonly endTime: number;
}

export type PageAnswer =
  /** Lines in no promised order; may be empty though a token follows. No token: the range was read to its end. */
  | { readonly kind: 'page'; readonly lines: readonly CloudWatchLine[]; readonly nextToken?: string }
  /** The quota or a passing fault; the same call may be made again later. `throttled` tells the quota from the fault. */
  | { readonly kind: 'again'; readonly throttled: boolean; readonly why: string };

/**
 * Reads one page of the source's audit streams. One call is one request: the caller retries.
 * Throws `Stopped` on what no retry mends: no such group, no right, no credentials.
 */
export interface PageSource {
  page(range: TimeRange, token: string | undefined, signal: AbortSignal): Promise<PageAnswer>;
}

/**
 * Sends one `_bulk` request and waits for its answer. Never retries, never throws for what a server or the network
 * does. May be called again with the same items at any time: `create` makes that harmless.
 */
export interface BulkSink {
  bulk(items: readonly BulkItem[], signal: AbortSignal): Promise<BulkAnswer>;
  /** Reads the credentials again; true when they differ from those refused. */
  renew(): Promise<boolean>;
}

export type Acquired =
  | {
      readonly kind: 'acquired';
      /** undefined: this source was never read. */
      readonly checkpoint: Checkpoint | undefined;
      readonly fence: number;
      /** AWS's clock, from the answer's Date header, in milliseconds; undefined where the answer had none. */
      readonly serverTime: number | undefined;
      /** Until when, in milliseconds, a backfill of this source takes half of its share; absent: none ever did. */
      readonly backfillUntil?: number;
    }
  /** `until` in milliseconds: when the holder's lease ends at the latest. */
  | { readonly kind: 'held'; readonly owner: string; readonly until: number };

/**
 * Lease and cursors of one source, one item. `save` is done when it is durable; it holds only while our fence is the
 * newest, and throws `LeaseLost` otherwise. It takes nothing but what `core/minutes/checkpoint.ts` made.
 */
export interface CheckpointStore {
  acquire(owner: string, now: number, until: number): Promise<Acquired>;
  save(next: NextCheckpoint, fence: number): Promise<void>;
  /** Best effort: a lease that could not be released runs out by itself. */
  release(fence: number): Promise<void>;
}

/** The source's ledger: one row per minute, and the policies and namings that its rows name. Needs no lease. */
export interface Ledger {
  /** The rows of the minutes in `[from, to)`, by minute. Consistent: a row written before is there. */
  rows(from: number, to: number): Promise<ReadonlyMap<number, Row>>;
  /**
   * Writes a row while the one there is as it was read: `seen` is that one's `readAt`, undefined where there was none.
   * So `readAt` is the row's version too: who writes must have read later, or have changed nothing but that.
   * `false`: another wrote it meanwhile; nothing was done. Done when it is durable.
   */
  write(row: Row, seen: number | undefined): Promise<boolean>;
  /** undefined: it was never kept. */
  policy(hash: string): Promise<Policy | undefined>;
  /** May be called again with the same policy. */
  keepPolicy(hash: string, policy: Policy): Promise<void>;
  /** undefined: it was never kept. */
  naming(hash: string): Promise<Naming | undefined>;
  /** May be called again with the same naming. */
  keepNaming(hash: string, naming: Naming): Promise<void>;
  /** All that were ever kept, in no order. Consistent: one kept before is there. */
  namings(): Promise<readonly Naming[]>;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Ends early, without an error, when the signal aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Uniform in [0, 1): jitter. */
  random(): number;
}

/** Emits the one metrics line of a run, also of a failed one. */
export interface Meter {
  emit(tally: Tally): void;
}

/** What a process remembers between runs: a saving of work, never a truth. */
export interface WarmMemory {
  /** Index names of which a document has been confirmed under that very name. */
  readonly indices: Set<string>;
  /** What Elasticsearch has confirmed, so that it need not be sent again. */
  readonly confirmed: Confirmed;
}

/** All that a run touches. */
export interface Ports {
  readonly source: PageSource;
  readonly sink: BulkSink;
  readonly store: CheckpointStore;
  readonly ledger: Ledger;
  readonly meter: Meter;
  readonly clock: Clock;
  readonly memory: WarmMemory;
}
