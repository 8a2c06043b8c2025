import { Journey } from './catch-up.ts';
import type { Settings } from './contract.ts';
import { emptyTally, type Tally } from './core/ledger/tally.ts';
import { shareOf } from './core/pace.ts';
import type { Policy } from './core/policy/policy.ts';
import { LeaseLost, Stopped } from './core/stopped.ts';
import type { Ports } from './ports.ts';

export interface Invocation {
  /** Names the lease's holder. */
  readonly id: string;
  /** Milliseconds since the epoch: when the run must be over. */
  readonly deadline: number;
  /** How long the lease outlives the deadline, milliseconds. Default 5,000: the last write in flight finds it held. */
  readonly leaseMargin?: number;
  /** Bytes of CloudWatch that are read at once before the cursors are saved. Default about eight pages. */
  readonly partBytes?: number;
}

export interface Report {
  readonly tally: Tally;
  /** Everything that was due and the unfinished minute were read: nothing readable is left behind. */
  readonly caughtUp: boolean;
  /** Who holds the lease, and until when at the latest (milliseconds), where it was refused. */
  readonly held?: { readonly owner: string; readonly until: number };
}

const LEASE_MARGIN = 5000;
const TOLERATED_SKEW = 30_000;

/**
 * One run: take the lease, read what is due, oldest first, judge each line, send, and move the cursors past what
 * Elasticsearch has confirmed; then read the unfinished minute for freshness. Never throws; always emits.
 */
export async function run(settings: Settings<Policy>, ports: Ports, invocation: Invocation): Promise<Report> {
  const { clock, store, meter } = ports;
  const { id, deadline, leaseMargin = LEASE_MARGIN } = invocation;
  const began = clock.now();
  const tally = emptyTally(settings.cluster);
  let caughtUp = false;
  try {
    const lease = await store.acquire(id, began, deadline + leaseMargin);
    if (lease.kind === 'held') {
      tally.ended = 'lease held elsewhere';
      return { tally, caughtUp, held: lease };
    }
    try {
      refuseSkew(lease.serverTime, clock.now());
      const requestsPerSecond = shareOf(settings.requestsPerSecond, lease.backfillUntil, clock.now());
      const journey = new Journey({ ...settings, requestsPerSecond }, ports, invocation, tally, lease.fence);
      caughtUp = await journey.go(lease.checkpoint);
      tally.ended = tally.unaccounted === 0 ? 'succeeded' : 'failed';
      if (tally.unaccounted > 0)
        tally.reason = `${tally.unaccounted} lines were given no outcome: the ledger's rows say in which minutes.`;
    } finally {
      await store.release(lease.fence);
    }
  } catch (error) {
    tally.ended = error instanceof LeaseLost ? 'lease held elsewhere' : 'failed';
    tally.reason = reasonOf(error);
  } finally {
    tally.duration = clock.now() - began;
    meter.emit(tally);
  }
  return { tally, caughtUp };
}

/** Minutes are over by our clock, lines are filed by AWS's: a clock that is wrong would close minutes too early. */
export function refuseSkew(serverTime: number | undefined, now: number): void {
  if (serverTime === undefined || Math.abs(serverTime - now) <= TOLERATED_SKEW) return;
  const seconds = Math.round((now - serverTime) / 1000);
  throw new Stopped(`This machine's clock is ${seconds} s away from AWS's: set it right, nothing was read.`);
}

function reasonOf(error: unknown): string {
  if (error instanceof Stopped) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
