import { type Life, MINUTE, shapeOf } from './life.ts';
import type { Process, Servers } from './ports.ts';

/** Runs without trouble in which an age that is due gets no further: every tenth run begins with one of them. */
const RUNS_PER_AGE = 15;
/** Runs in a row, and reads of one run, that may all be the frontier's while an older age is due. */
const RUNS_AHEAD = 12;
const READS_AHEAD = 12;

/** Tells whether runs without trouble get further, and each age with them. */
export class Strides {
  readonly #life: Life;
  readonly #servers: Servers;
  /** Of the runs so far, the last that moved nothing at all. */
  #idle = 0;
  #before: readonly string[] = [];
  /** Of the runs so far, the last without trouble that read at the frontier alone though an older age was due. */
  #ahead = 0;
  /** By age: of the runs so far, the last in which it was due and did not move. */
  readonly #waited = new Map<number, number>();

  constructor(life: Life, servers: Servers) {
    this.#life = life;
    this.#servers = servers;
  }

  /** Before a run. */
  begin(): void {
    this.#before = this.#all();
    for (const age of this.#ages()) if (!this.#isDue(age)) this.#waited.delete(age);
  }

  /** After a run that held the lease and left something behind: what is wrong; undefined: nothing. */
  end(): string | undefined {
    const after = this.#all();
    const moved = after.some((each, at) => each !== this.#before[at]);
    this.#idle = moved ? 0 : this.#idle + 1;
    // A run may be too short for one read of the least there is; then the next reads less.
    const patience = this.#life.share === 4 && this.#life.slow === 0 ? 1 : 10;
    if (this.#idle >= patience) return `${this.#idle} runs without trouble made no progress`;
    const starving = this.#ages().find((age, at) => this.#wait(age, after[at] === this.#before[at]));
    return starving === undefined ? undefined : `age ${starving} waited for ${this.#waited.get(starving)} runs`;
  }

  /** Before any run; what is to be called after it tells what is wrong, undefined: nothing. */
  watch(run: Process): () => string | undefined {
    const { checkpoint, requests } = this.#servers;
    const frontier = checkpoint?.cursors.get(0) ?? 0;
    const begun = requests.length;
    const before = this.#all();
    const due = this.#ages().map((age) => this.#isDue(age));
    return () => {
      const reads = requests.slice(begun).filter(({ begins, by }) => begins && by === run);
      if (reads.length === 0) return undefined;
      const after = this.#all();
      const waits = this.#ages().some((age, at) => due[at] === true && this.#isDue(age) && before[at] === after[at]);
      const ahead = waits && reads.every(({ range }) => range.startTime >= frontier);
      this.#ahead = ahead && !this.#servers.faulty ? this.#ahead + 1 : 0;
      // A request that was refused is made again: that is no other read.
      const ranges = new Set(reads.map(({ range: { startTime, endTime } }) => `${startTime} ${endTime}`)).size;
      if (ahead && ranges > READS_AHEAD) return `a run read ${ranges} ranges at the frontier alone`;
      return this.#ahead > RUNS_AHEAD ? `${this.#ahead} runs in a row read at the frontier alone` : undefined;
    };
  }

  /** Whether the age has waited for too long. */
  #wait(age: number, waits: boolean): boolean {
    const waited = waits && this.#isDue(age) ? (this.#waited.get(age) ?? 0) + 1 : 0;
    this.#waited.set(age, waited);
    return age > 0 && waited > RUNS_PER_AGE * (this.#ages().length - 1);
  }

  /** All that are ever configured. */
  #ages(): readonly number[] {
    const { ages, agesBefore } = shapeOf(this.#life);
    return [...new Set([...ages, ...agesBefore])];
  }

  /** How far each age has come, and last the ledger. */
  #all(): readonly string[] {
    const { checkpoint, rows } = this.#servers;
    const ages = this.#ages().map((age) => {
      const part = checkpoint?.parts.get(age);
      return [checkpoint?.cursors.get(age), part?.upTo, part?.span, part?.how].join(' ');
    });
    return [...ages, String(rows.size)];
  }

  #isDue(age: number): boolean {
    const { checkpoint, schedule } = this.#servers;
    const at = checkpoint?.cursors.get(age);
    if (at === undefined) return false;
    const come = at + MINUTE + age * 1000 + this.#life.skew <= schedule.time;
    return come && at < (checkpoint?.cursors.get(0) ?? 0);
  }
}
