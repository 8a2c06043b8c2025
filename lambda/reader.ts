import type { ReadNumbers } from './core/ledger/tally.ts';
import type { CloudWatchLine } from './core/line.ts';
import { type Bucket, backoff, fullBucket, take, timeForAnother } from './core/pace.ts';
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

/** How reading a range ended: to its last page, with the time, or because who took the pages said so. */
export type Ended = 'in full' | 'out of time' | 'stopped';

/** Reads ranges of one source page by page, within the quota and the time, one page ahead of who takes them. */
export class Reader {
  readonly #reading: Reading;
  readonly #numbers = { calls: 0, throttles: 0 };
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

  /** `takePage` gets page after page, and says whether to go on. */
  async readInFull(range: TimeRange, takePage: (lines: readonly CloudWatchLine[]) => Promise<boolean>): Promise<Ended> {
    const stop = new AbortController();
    let next: Promise<Settled> | undefined = this.#page(range, undefined, stop.signal);
    try {
      while (next !== undefined) {
        const began = this.#reading.clock.now();
        const page: Settled = await next;
        if (page.kind === 'failed') throw page.error;
        if (page.kind === 'out of time') return 'out of time';
        next = page.nextToken === undefined ? undefined : this.#page(range, page.nextToken, stop.signal);
        const goOn = await takePage(page.lines);
        this.#slowest = Math.max(this.#slowest, this.#reading.clock.now() - began);
        if (!goOn) return 'stopped';
      }
      return 'in full';
    } finally {
      stop.abort();
      await next;
    }
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
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      await this.#turn(signal);
      if (signal.aborted || !timeForAnother(clock.now(), deadline, this.#slowest)) break;
      this.#numbers.calls += 1;
      const answer = await source.page(range, token, signal);
      if (answer.kind === 'page') return answer;
      if (answer.throttled) this.#numbers.throttles += 1;
      const wait = backoff(attempt, clock.random());
      if (!timeForAnother(clock.now() + wait, deadline, this.#slowest)) break;
      await clock.sleep(wait, signal);
    }
    return { kind: 'out of time' };
  }

  /** Waits for this request's turn under the quota. */
  async #turn(signal: AbortSignal): Promise<void> {
    const { clock, requestsPerSecond } = this.#reading;
    const { bucket, wait } = take(this.#bucket, requestsPerSecond, clock.now());
    this.#bucket = bucket;
    if (wait > 0) await clock.sleep(wait, signal);
  }
}
