import { setImmediate as breathe } from 'node:timers/promises';

interface Wake {
  readonly at: number;
  readonly order: number;
  readonly go: () => void;
}

/** Virtual time for many that wait at once: whoever wakes first goes first; ties in the order they lay down. */
export class Schedule {
  time: number;
  #wakes: Wake[] = [];
  #order = 0;

  constructor(time: number) {
    this.time = time;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((go) => {
      this.#order += 1;
      this.#wakes.push({ at: this.time + Math.max(0, Math.round(milliseconds)), order: this.#order, go });
    });
  }

  /** Lets time pass until `done` holds; `false` when nobody waits any more. */
  async until(done: () => boolean): Promise<boolean> {
    for (let turns = 1; ; turns += 1) {
      // Everybody who woke has gone as far as they can; real timers get their turn now and then.
      await (turns % 1000 === 0 ? breathe() : turn());
      if (done()) return true;
      const next = this.#next();
      if (next === undefined) return false;
      this.time = Math.max(this.time, next.at);
      next.go();
    }
  }

  #next(): Wake | undefined {
    let best = 0;
    for (let at = 1; at < this.#wakes.length; at += 1) {
      const [one, other] = [this.#wakes[best], this.#wakes[at]];
      if (one === undefined || other === undefined) continue;
      if (other.at < one.at || (other.at === one.at && other.order < one.order)) best = at;
    }
    return this.#wakes.splice(best, 1)[0];
  }
}

/** When no promise is left that could go on by itself. */
function turn(): Promise<void> {
  return new Promise((go) => {
    process.nextTick(go);
  });
}
