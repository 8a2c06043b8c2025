import { join } from 'node:path';
import { MINUTE, SECOND } from '../../../lambda/core/time.ts';
import type { Clock } from '../../../lambda/ports.ts';
import { writeDurably } from '../intake/state-file.ts';
import { type Figures, figuresOf } from './figures.ts';
import { type FollowEvent, Follower, type Following, type Step } from './follower.ts';
import { type LogState, writeState } from './state.ts';

export interface FollowOrder extends Omit<Following, 'store' | 'clock' | 'tell'> {
  readonly clock: Clock;
  /** The folder of the state. */
  readonly folderOfState: string;
  readonly state: LogState;
  /** Seconds; undefined: the log may be behind for as long as it takes. */
  readonly maxLag: number | undefined;
  /** Why nothing is taken just now; undefined: it is. */
  readonly waiting: () => string | undefined;
  /** Ends it in order. */
  readonly signal: AbortSignal;
  /** Gets a sentence for people. */
  readonly say: (sentence: string) => void;
  /** Gets a line of metrics each minute, and at the end. */
  readonly report: (figures: Figures) => void;
}

/** How often one looks at a log that has nothing new, milliseconds. */
const LOOK = SECOND;
/** How long one waits after a fault of the disk. */
const AGAIN = 5 * SECOND;
/** How often the health file is written. */
const HEALTH = 5 * SECOND;

/** Follows a log until the signal. */
export async function follow(order: FollowOrder): Promise<void> {
  const failed = new AbortController();
  const ends = { ...order, signal: AbortSignal.any([order.signal, failed.signal]) };
  const watch = new Watch(ends);
  const passing = passOn(ends, watch).finally(() => failed.abort());
  await Promise.all([passing, watch.tell()]);
  await watch.end();
}

async function passOn({ state, clock, signal, say }: FollowOrder, watch: Watch): Promise<void> {
  while (!signal.aborted) {
    let step: Step | 'failed';
    try {
      step = await watch.follower.step();
      const none = step === 'no file' ? `there is no ${state.log}` : undefined;
      if (none !== undefined && watch.fault !== none) say(`There is no ${state.log}: waiting for it.`);
      watch.fault = none;
    } catch (error) {
      if (!isFaultOfDisk(error)) throw error;
      if (watch.fault !== error.message) say(`${error.message}: trying again until it can be done.`);
      watch.fault = error.message;
      step = 'failed';
    }
    if (step === 'caught up') watch.caughtUp = clock.now();
    if (step !== 'passed') await clock.sleep(step === 'failed' ? AGAIN : LOOK, signal);
  }
}

function isFaultOfDisk(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}

/** Knows how the following goes, and says it. */
class Watch {
  readonly follower: Follower;
  caughtUp: number | null;
  fault: string | undefined;
  readonly #order: FollowOrder;

  constructor(order: FollowOrder) {
    const { state } = order;
    this.#order = order;
    this.caughtUp = state.caughtUp;
    const store = { save: (position: LogState['position']) => this.#save(position) };
    const tell = (event: FollowEvent) => order.say(textOf(event));
    this.follower = new Follower({ ...order, store, tell }, state.position);
  }

  #save(position: LogState['position']): Promise<void> {
    const { folderOfState, state } = this.#order;
    return writeState(folderOfState, { ...state, position, caughtUp: this.caughtUp });
  }

  #figures(): Figures {
    const { clock, state, maxLag, waiting } = this.#order;
    const standing = {
      cluster: state.cluster,
      position: this.follower.position,
      behindSince: this.caughtUp ?? state.began,
      waiting: this.fault ?? waiting(),
      maxLag,
    };
    return figuresOf(standing, clock.now());
  }

  async tell(): Promise<void> {
    const { clock, signal, report } = this.#order;
    for (let next = clock.now(); !signal.aborted; await clock.sleep(HEALTH, signal)) {
      const figures = this.#figures();
      await this.#writeHealth(figures);
      if (clock.now() < next) continue;
      report(figures);
      next = clock.now() + MINUTE;
    }
  }

  async #writeHealth(figures: Figures): Promise<void> {
    try {
      await writeDurably(join(this.#order.folderOfState, 'health.json'), `${JSON.stringify(figures)}\n`);
    } catch (error) {
      // Whoever reads it sees by its time that it is old.
      if (!isFaultOfDisk(error)) throw error;
    }
  }

  async end(): Promise<void> {
    const { report } = this.#order;
    const figures = this.#figures();
    report(figures);
    await this.#writeHealth(figures);
    await this.#save(this.follower.position);
  }
}

function textOf(event: FollowEvent): string {
  if (event.kind === 'damaged')
    return `${event.name} can't be unpacked behind byte ${event.offset} of its text (${event.why}): what stood there is lost.`;
  const unread =
    event.bytes === 0
      ? 'It may have held lines that were not read'
      : `At least ${event.bytes} bytes of it were not read`;
  return `${event.name} was removed or truncated before it was read to its end. ${unread}.`;
}
