import { MINUTE } from '../../../lambda/core/time.ts';
import type { Clock } from '../../../lambda/ports.ts';

/** Reasons that hold a number, like that of a port, may be new each time. */
const SELDOM = 10 * MINUTE;

/** Says that Elasticsearch is waited for, once, and when that is over; another reason in between once, and seldom. */
export class Waiting {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #say: (sentence: string) => void;
  readonly #said = new Set<string>();
  #last = 0;
  #why: string | undefined;

  constructor(clock: Pick<Clock, 'now'>, say: (sentence: string) => void) {
    this.#clock = clock;
    this.#say = say;
  }

  /** undefined: it is not waited for. */
  get why(): string | undefined {
    return this.#why;
  }

  /** undefined: it is over. */
  for(why: string | undefined): void {
    const before = this.#why;
    this.#why = why;
    if (why !== undefined) this.#sayOnce(why);
    else if (before !== undefined) this.#end();
  }

  #sayOnce(why: string): void {
    const now = this.#clock.now();
    if (this.#said.has(why) || (this.#said.size > 0 && now - this.#last < SELDOM)) return;
    this.#said.add(why);
    this.#last = now;
    this.#say(`Waiting: ${why}`);
  }

  #end(): void {
    this.#said.clear();
    this.#say('Elasticsearch takes documents again.');
  }
}
