import { CatchUp } from './catch-up.ts';
import type { Settings } from './contract.ts';
import { NO_NUMBERS, type Tally } from './core/ledger/tally.ts';
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
 * One run: it takes the lease, lets one age after the other read its oldest minutes (`nextTurn` says which), judges
 * each line, sends, and moves the cursors past what Elasticsearch has confirmed. Never throws; always emits.
 */
export async function run(settings: Settings<Policy>, ports: Ports, invocation: Invocation): Promise<Report> {
  const { clock, store, meter } = ports;
  const { id, deadline, partBytes, leaseMargin = LEASE_MARGIN } = invocation;
  const began = clock.now();
  let end: Pick<Tally, 'ended' | 'reason'> = { ended: 'failed' };
  let catchUp: CatchUp | undefined;
  let caughtUp = false;
  let held: Report['held'];
  try {
    const lease = await store.acquire(id, began, deadline + leaseMargin);
    if (lease.kind === 'held') {
      held = lease;
      end = { ended: 'lease held elsewhere' };
    } else {
      try {
        refuseSkew(lease.serverTime, clock.now());
        const requestsPerSecond = shareOf(settings.requestsPerSecond, lease.backfillUntil, clock.now());
        catchUp = new CatchUp({ ...settings, requestsPerSecond }, ports, { fence: lease.fence, deadline, partBytes });
        caughtUp = await catchUp.go(lease.checkpoint);
        end = endOf(catchUp.numbers.unaccounted);
      } finally {
        await store.release(lease.fence);
      }
    }
  } catch (error) {
    end = { ended: error instanceof LeaseLost ? 'lease held elsewhere' : 'failed', reason: reasonOf(error) };
  }
  const numbers = catchUp?.numbers ?? NO_NUMBERS;
  const tally = { cluster: settings.cluster, ...end, ...numbers, duration: clock.now() - began };
  meter.emit(tally);
  return { tally, caughtUp, ...(held === undefined ? {} : { held }) };
}

function endOf(unaccounted: number): Pick<Tally, 'ended' | 'reason'> {
  if (unaccounted === 0) return { ended: 'succeeded' };
  const reason = `${unaccounted} lines were given no outcome: the ledger's rows say in which minutes.`;
  return { ended: 'failed', reason };
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
