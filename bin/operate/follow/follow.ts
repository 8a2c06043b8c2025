import { join } from 'node:path';
import { MINUTE, SECOND } from '../../../lambda/core/time.ts';
import type { Clock } from '../../../lambda/ports.ts';
import { writeDurably } from '../intake/state-file.ts';
import { faultOfDisk } from './disk-fault.ts';
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
      if (watch.fault !== undefined) say('That can be done again: going on.');
      watch.fault = undefined;
      const none = step === 'no file' ? `there is no ${state.log}` : undefined;
      if (none !== undefined && watch.none === undefined) say(`There is no ${state.log}: waiting for it.`);
      watch.none = none;
    } catch (error) {
      if (!(error instanceof Error) || faultOfDisk(error) === undefined) throw error;
      if (watch.fault !== error.message) say(`${error.message}: trying again until it can be done.`);
      watch.fault = error.message;
      step = 'failed';
    }
    if (step === 'caught up') watch.caughtUp = clock.now();
    if (step !== 'passed') await clock.sleep(step === 'failed' ? AGAIN : LOOK, signal);
  }
}

/** Knows how the following goes, and says it. */
class Watch {
  readonly follower: Follower;
  caughtUp: number | null;
  /** What the disk does not do. */
  fault: string | undefined;
  /** That there is no file. */
  none: string | undefined;
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
      waiting: this.none ?? waiting(),
      fault: this.fault,
      unreadable: this.follower.unreadable,
      maxLag,
    };
    return figuresOf(standing, clock.now());
  }

  async tell(): Promise<void> {
    const { clock, signal, report } = this.#order;
    for (let last = Number.NEGATIVE_INFINITY; !signal.aborted; await clock.sleep(HEALTH, signal)) {
      if (this.#order.waiting() !== undefined) await unlessFaulty(this.follower.glance());
      const figures = this.#figures();
      await this.#writeHealth(figures);
      // A clock that was put back must not make it silent.
      if (Math.abs(clock.now() - last) < MINUTE) continue;
      report(figures);
      last = clock.now();
    }
  }

  async #writeHealth(figures: Figures): Promise<void> {
    // Whoever reads it sees by its time that it is old.
    await unlessFaulty(writeDurably(join(this.#order.folderOfState, 'health.json'), `${JSON.stringify(figures)}\n`));
  }

  async end(): Promise<void> {
    const { report } = this.#order;
    const figures = this.#figures();
    report(figures);
    await this.#writeHealth(figures);
    await this.#save(this.follower.position);
  }
}

async function unlessFaulty(done: Promise<void>): Promise<void> {
  try {
    await done;
  } catch (error) {
    if (faultOfDisk(error) === undefined) throw error;
  }
}

function textOf(event: FollowEvent): string {
  switch (event.kind) {
    case 'damaged':
      return `${event.name} can't be unpacked behind byte ${event.offset} of its text (${event.why}): what stood there is lost.`;
    case 'unreadable':
      return `${event.name} can't be read (${event.why}): the other files are passed on, and it is tried again until it can be.`;
    case 'readable':
      return `${event.name} can be read again.`;
    case 'removed':
      return `${event.name} was removed or truncated before it was read to its end. ${unreadText(event.bytes)}`;
  }
}

function unreadText(bytes: number): string {
  return bytes === 0 ? 'It may have held lines that were not read.' : `At least ${bytes} bytes of it were not read.`;
}
