import { RecentIds } from './core/id-table.ts';
import { type EventHash, HASH_WORDS, hashOf } from './core/ledger/digest.ts';
import type { ReadNumbers } from './core/ledger/tally.ts';
import type { CloudWatchLine } from './core/line.ts';
import { type Bucket, backoff, fullBucket, MARGIN, take, timeForAnother } from './core/pace.ts';
import type { Clock, PageSource, TimeRange } from './ports.ts';

export interface Reading {
  readonly source: PageSource;
  readonly clock: Clock;
  /** Milliseconds since the epoch: when the run must be over. */
  readonly deadline: number;
  readonly requestsPerSecond: number;
}

type Settled =
  | { readonly kind: 'page'; readonly lines: readonly CloudWatchLine[]; readonly nextToken?: string }
  | { readonly kind: 'out of time' }
  | { readonly kind: 'failed'; readonly error: unknown };

/** How reading a range ended. `stopped`: the pages repeated themselves, or `takePage` said so. */
export type Ended = 'in full' | 'out of time' | 'stopped';

/** A page's lines, none of which came before in the same read, and the hashes of their eventIds in the same order. */
export interface Page {
  readonly lines: readonly CloudWatchLine[];
  readonly hashes: readonly EventHash[];
}

/** At least 500,000 eventIds of a read are remembered, in 32 MB at the most. */
const SLOTS = 2 ** 20;
/** Pages running with nothing new, under tokens that came before, after which a read is given up: it goes in a circle. */
const PAGES_IN_A_CIRCLE = 2;

/** Reads ranges of one source page by page, within the quota and the time, one page ahead of who takes them. */
export class Reader {
  readonly #reading: Reading;
  readonly #numbers = { calls: 0, throttles: 0, repeated: 0 };
  #bucket: Bucket;
  #slowest = 0;

  constructor(reading: Reading) {
    this.#reading = reading;
    this.#bucket = fullBucket(reading.requestsPerSecond, reading.clock.now());
  }

  /** Of all reads so far. */
  get numbers(): ReadNumbers {
    return { ...this.#numbers };
  }

  /**
   * `takePage` gets page after page, and says whether to go on. CloudWatch Logs gives a line twice where pages
   * interleave; `takePage` gets it once.
   */
  async readInFull(range: TimeRange, takePage: (page: Page) => Promise<boolean>): Promise<Ended> {
    const stop = new AbortController();
    const seen = new RecentIds(HASH_WORDS, SLOTS);
    const tokens = new Set<string>();
    let circling = 0;
    let next: Promise<Settled> | undefined = this.#page(range, undefined, stop.signal);
    try {
      while (next !== undefined) {
        const began = this.#reading.clock.now();
        const page: Settled = await next;
        if (page.kind === 'failed') throw page.error;
        if (page.kind === 'out of time') return 'out of time';
        const { nextToken }: { nextToken?: string } = page;
        next = nextToken === undefined ? undefined : this.#page(range, nextToken, stop.signal);
        const fresh = this.#fresh(page.lines, seen);
        const goOn = await takePage(fresh);
        this.#slowest = Math.max(this.#slowest, this.#reading.clock.now() - began);
        const isOld = nextToken !== undefined && tokens.size === tokens.add(nextToken).size;
        circling = isOld && fresh.lines.length === 0 ? circling + 1 : 0;
        // Where no page is left, all was read.
        if (next !== undefined && (!goOn || circling >= PAGES_IN_A_CIRCLE)) return 'stopped';
      }
      return 'in full';
    } finally {
      stop.abort();
      await next;
    }
  }

  #fresh(all: readonly CloudWatchLine[], seen: RecentIds): Page {
    const lines: CloudWatchLine[] = [];
    const hashes: EventHash[] = [];
    for (const line of all) {
      const hash = hashOf(line.origin.eventId);
      if (!seen.add(hash)) continue;
      lines.push(line);
      hashes.push(hash);
    }
    this.#numbers.repeated += all.length - lines.length;
    return { lines, hashes };
  }

  /** Settles always, so that a page fetched ahead and never awaited can't become an unhandled rejection. */
  async #page(range: TimeRange, token: string | undefined, signal: AbortSignal): Promise<Settled> {
    try {
      return await this.#pageWithin(range, token, signal);
    } catch (error) {
      return { kind: 'failed', error };
    }
  }

  async #pageWithin(range: TimeRange, token: string | undefined, signal: AbortSignal): Promise<Settled> {
    const { source, clock, deadline } = this.#reading;
    for (let attempt = 0; await this.#wait(this.#turn(), signal); attempt += 1) {
      this.#numbers.calls += 1;
      const answer = await source.page(range, token, AbortSignal.any([signal, untilMargin(deadline - clock.now())]));
      if (answer.kind === 'page') return answer;
      if (answer.throttled) this.#numbers.throttles += 1;
      if (!(await this.#wait(backoff(attempt, clock.random()), signal))) break;
    }
    return { kind: 'out of time' };
  }

  /** How long until this request's turn under the quota, milliseconds. */
  #turn(): number {
    const { clock, requestsPerSecond } = this.#reading;
    const { bucket, wait } = take(this.#bucket, requestsPerSecond, clock.now());
    this.#bucket = bucket;
    return wait;
  }

  /** `false` where no page may begin after it; then it does not wait at all. */
  async #wait(milliseconds: number, signal: AbortSignal): Promise<boolean> {
    const { clock, deadline } = this.#reading;
    if (!timeForAnother(clock.now() + milliseconds, deadline, this.#slowest)) return false;
    if (milliseconds > 0) await clock.sleep(milliseconds, signal);
    return !signal.aborted && timeForAnother(clock.now(), deadline, this.#slowest);
  }
}

/** Aborts a request half a margin before the deadline: an answer that does not come must not outlive the run. */
function untilMargin(left: number): AbortSignal {
  return Number.isFinite(left) ? AbortSignal.timeout(Math.max(1, left - MARGIN / 2)) : new AbortController().signal;
}
