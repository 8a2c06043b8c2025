import { Confirmed } from '../../lambda/core/document/confirmed.ts';
import type { CloudWatchLine } from '../../lambda/core/line.ts';
import { floorMinute, MINUTE } from '../../lambda/core/time.ts';
import { Delivery } from '../../lambda/deliver.ts';
import type { BulkSink, Clock } from '../../lambda/ports.ts';
import { Sender } from '../../lambda/sender.ts';
import { rules } from '../support/builders.ts';
import type { EndlessSource } from './minutes.ts';

/**
 * What a subscription filter and a function behind it would do: lines are handed over as they come, late ones too, and
 * delivered by the same code as those that are read, in a process that knows nothing of the schedule's.
 */
export class Pushes {
  readonly #source: EndlessSource;
  readonly #clock: Clock;
  readonly #confirmed = new Confirmed();
  readonly #sender: Sender;
  #until = 0;

  constructor(source: EndlessSource, sink: BulkSink, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
    const deadline = () => clock.now() + MINUTE;
    this.#sender = new Sender({ sink, clock, deadline, indices: new Set() });
  }

  /** Pushes what has come since the last time, at first that of a minute. Milliseconds. */
  async until(now: number): Promise<void> {
    const from = this.#until === 0 ? now - MINUTE : this.#until;
    this.#until = now;
    // One that comes late now was written minutes ago.
    for await (const lines of this.#pages(floorMinute(from) - LATEST, now)) {
      const fresh = lines.filter(({ origin: { ingestionTime } }) => ingestionTime > from && ingestionTime <= now);
      const { sender, confirmed, clock } = { sender: this.#sender, confirmed: this.#confirmed, clock: this.#clock };
      await new Delivery({ sender, confirmed, clock }, () => RULES).take(fresh);
    }
  }

  async *#pages(startTime: number, endTime: number): AsyncGenerator<readonly CloudWatchLine[]> {
    let token: string | undefined;
    do {
      const page = await this.#source.page({ startTime, endTime }, token);
      if (page.kind !== 'page') throw new Error('Expected a page of a log that is always there.');
      yield page.lines;
      token = page.nextToken;
    } while (token !== undefined);
  }
}

const LATEST = 6 * MINUTE;
const RULES = rules();
