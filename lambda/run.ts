import type { Settings } from './contract.ts';
import {
  advance,
  begin,
  type Checkpoint,
  cursor,
  due,
  lag,
  type Minutes,
  type NextCheckpoint,
  nextRange,
  withAges,
} from './core/checkpoint.ts';
import type { Line } from './core/line.ts';
import { type Parcel, type Rules, route } from './core/route.ts';
import type { Policy } from './core/rules.ts';
import { LeaseLost, RunStopped } from './core/stopped.ts';
import { emptyTally, type Outcome, type Tally } from './core/tally.ts';
import { floorMinute, MINUTE } from './core/time.ts';
import type { BulkSink, CheckpointStore, Clock, Meter, PageSource } from './ports.ts';
import { Reader } from './read.ts';
import { type Acquaintance, Sender } from './send.ts';

export interface World {
  readonly source: PageSource;
  readonly sink: BulkSink;
  readonly store: CheckpointStore;
  readonly meter: Meter;
  readonly clock: Clock;
  readonly known: Acquaintance;
}

export interface Invocation {
  /** Names the lease's holder. */
  readonly id: string;
  /** Milliseconds since the epoch: when the run must be over. */
  readonly deadline: number;
}

export interface Report {
  readonly tally: Tally;
  /** Everything that was due and the unfinished minute were read: nothing readable is left behind. */
  readonly caughtUp: boolean;
  /** Who holds the lease, and until when at the latest (milliseconds), where it was refused. */
  readonly held?: { readonly owner: string; readonly until: number };
}

/** How long a lease outlives its run's deadline, so that the last write in flight still finds it held. */
const LEASE_MARGIN = 5000;
const TOLERATED_SKEW = 30_000;

/**
 * One run: take the lease, read what is due, oldest first, judge each line, send, and move the cursors past what
 * Elasticsearch has confirmed; then read the unfinished minute for freshness. Never throws; always emits.
 */
export async function run(settings: Settings<Policy>, world: World, invocation: Invocation): Promise<Report> {
  const { clock, store, meter } = world;
  const began = clock.now();
  const tally = emptyTally(settings.cluster);
  let caughtUp = false;
  try {
    const lease = await store.acquire(invocation.id, began, invocation.deadline + LEASE_MARGIN);
    if (lease.kind === 'held') {
      tally.ended = 'lease held elsewhere';
      return { tally, caughtUp, held: lease };
    }
    try {
      refuseSkew(lease.serverTime, clock.now());
      const journey = new Journey(settings, world, invocation.deadline, tally, lease.fence);
      caughtUp = await journey.go(lease.checkpoint);
      tally.ended = 'succeeded';
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

/** What a run does while it holds the lease. */
class Journey {
  readonly #settings: Settings<Policy>;
  readonly #world: World;
  readonly #tally: Tally;
  readonly #fence: number;
  readonly #reader: Reader;
  readonly #sender: Sender;
  readonly #rules: Rules;
  /** What the part read last was like: how many minutes, and how much a minute held. */
  #last = { minutes: 0, bytesPerMinute: 0 };
  #settled = 0;

  constructor(settings: Settings<Policy>, world: World, deadline: number, tally: Tally, fence: number) {
    const { clock, source, sink, known } = world;
    this.#settings = settings;
    this.#world = world;
    this.#tally = tally;
    this.#fence = fence;
    const { cluster, indexCluster, policy, requestsPerSecond } = settings;
    this.#rules = {
      site: { cluster, indexCluster, source: settings.source },
      policy,
      index: settings.elasticsearch.index,
    };
    this.#reader = new Reader({ source, clock, tally, deadline, requestsPerSecond });
    const settle = (parcel: Parcel, outcome: Outcome) => this.#settle(parcel, outcome);
    this.#sender = new Sender({ sink, clock, tally, deadline, known, settle });
  }

  /** `true` when nothing readable is left behind. */
  async go(stored: Checkpoint | undefined): Promise<boolean> {
    const { ages, startFrom } = this.#settings;
    const now = this.#world.clock.now();
    let checkpoint = stored === undefined ? await this.#save(begin(startFrom, ages, now)) : withAges(stored, ages, now);
    this.#showLag(checkpoint);
    for (const age of ages) {
      for (let minutes = this.#due(checkpoint, age); minutes !== undefined; minutes = this.#due(checkpoint, age)) {
        const begun = this.#world.clock.now();
        const range = nextRange(minutes, this.#last.bytesPerMinute, this.#last.minutes);
        if (this.#enough() || !(await this.#pass(range))) return false;
        checkpoint = await this.#save(advance(checkpoint, { ...range, begun }));
        this.#showLag(checkpoint);
      }
      if (age === 0 && !(await this.#pass(this.#unfinished(checkpoint)))) return false;
    }
    return true;
  }

  #due(checkpoint: Checkpoint, age: number): Minutes | undefined {
    return due(checkpoint, age, this.#world.clock.now());
  }

  /** From the frontier to the end of the minute that is running; it moves no cursor. */
  #unfinished(checkpoint: Checkpoint): Minutes {
    return { from: cursor(checkpoint, 0), to: floorMinute(this.#world.clock.now()) + MINUTE };
  }

  #enough(): boolean {
    const { maxBytesPerRun } = this.#settings;
    return maxBytesPerRun !== null && this.#tally.bytesRead >= maxBytesPerRun;
  }

  /** Reads the minutes to their end and confirms every line; `false` when time ran out before. */
  async #pass(minutes: Minutes): Promise<boolean> {
    const seen = new Set<string>();
    const bytesBefore = this.#tally.bytesRead;
    const range = { startTime: minutes.from, endTime: minutes.to - 1 };
    const full = await this.#reader.readInFull(range, (lines) => this.#page(lines, seen));
    const count = (minutes.to - minutes.from) / MINUTE;
    this.#last = { minutes: count, bytesPerMinute: (this.#tally.bytesRead - bytesBefore) / count };
    return full;
  }

  /** Gives every line of a page its outcome. */
  async #page(lines: readonly Line[], seen: Set<string>): Promise<void> {
    const settledBefore = this.#settled;
    await this.#sender.send(lines.flatMap((line) => this.#judge(line, seen)));
    const without = lines.length - (this.#settled - settledBefore);
    this.#tally.unaccounted += without;
    this.#tally.read += without;
  }

  /** The parcel to send; none where the line has its outcome already. */
  #judge(line: Line, seen: Set<string>): readonly Parcel[] {
    this.#tally.bytesRead += Buffer.byteLength(line.message);
    this.#tally.ingestionDelay = Math.max(this.#tally.ingestionDelay, line.ingestionTime - line.timestamp);
    const routed = route(line, this.#rules, this.#world.clock.now());
    if (routed.kind === 'dropped') {
      this.#count('dropped');
      return [];
    }
    if (seen.has(routed.parcel.id)) {
      this.#count('duplicate');
      return [];
    }
    seen.add(routed.parcel.id);
    return [routed.parcel];
  }

  #settle(parcel: Parcel, outcome: Outcome): void {
    if (parcel.kind === 'parked' && parcel.reason === 'truncated') this.#tally.truncated += 1;
    this.#count(outcome);
  }

  #count(outcome: Outcome): void {
    this.#settled += 1;
    this.#tally.read += 1;
    this.#tally[outcome] += 1;
  }

  async #save(next: NextCheckpoint): Promise<Checkpoint> {
    await this.#world.store.save(next, this.#fence);
    return next;
  }

  #showLag(checkpoint: Checkpoint): void {
    const now = this.#world.clock.now();
    const [, ...revisits] = this.#settings.ages;
    this.#tally.frontierLag = lag(checkpoint, [0], now) / 1000;
    this.#tally.revisitLag = lag(checkpoint, revisits, now) / 1000;
  }
}

/** Minutes are over by our clock, lines are filed by AWS's: a clock that is wrong would close minutes too early. */
function refuseSkew(serverTime: number | undefined, now: number): void {
  if (serverTime === undefined || Math.abs(serverTime - now) <= TOLERATED_SKEW) return;
  const seconds = Math.round((now - serverTime) / 1000);
  throw new RunStopped(`This machine's clock is ${seconds} s away from AWS's: set it right, nothing was read.`);
}

function reasonOf(error: unknown): string {
  if (error instanceof RunStopped) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
