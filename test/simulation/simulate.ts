import { backfill } from '../../bin/operate/backfill/backfill.ts';
import { PROFILES, type Profile } from '../../lambda/contract.ts';
import { Confirmed } from '../../lambda/core/document/confirmed.ts';
import type { Numbers, Tally } from '../../lambda/core/ledger/tally.ts';
import type { Minutes } from '../../lambda/core/minutes/minutes.ts';
import { type Report, run } from '../../lambda/run.ts';
import { random } from '../../local/random.ts';
import { settings } from '../support/builders.ts';
import { cursorFindings, findings } from './check.ts';
import {
  type Life,
  MINUTE,
  MOST_OF_A_DAY,
  NAMES,
  POLICIES,
  type Shape,
  START,
  shapeOf,
  UNSTEADY,
  written,
} from './life.ts';
import { Process, type Request, type Servers } from './ports.ts';
import { Schedule } from './schedule.ts';
import { Strides } from './strides.ts';

/** Lives the life and tells what went wrong; empty: nothing. */
export async function simulate(life: Life): Promise<string[]> {
  const simulation = new Simulation(life);
  return await simulation.live();
}

interface Instance {
  readonly process: Process;
  readonly memory: { readonly indices: Set<string>; readonly confirmed: Confirmed };
}

class Simulation {
  readonly #life: Life;
  readonly #shape: Shape;
  readonly #schedule = new Schedule(START);
  readonly #dice: () => number;
  readonly #servers: Servers;
  readonly #strides: Strides;
  readonly #found: string[] = [];
  #warm: Instance | undefined;
  #runs = 0;
  #told = { late: 0, vanished: 0 };
  /** Whether Elasticsearch holds what it was sent. */
  #isWhole: boolean;

  constructor(life: Life) {
    this.#life = life;
    this.#shape = shapeOf(life);
    this.#dice = random(life.seed + 1);
    this.#servers = {
      life,
      schedule: this.#schedule,
      dice: this.#dice,
      lines: written(life),
      faulty: true,
      documents: new Map(),
      places: new Set(),
      rows: new Map(),
      firsts: new Map(),
      writingBegan: new Map(),
      partsBegan: new Map(),
      policies: new Map(),
      namings: new Map(),
      judgedBefore: 0,
      checkpoint: undefined,
      lease: { fence: 0, owner: undefined, until: 0 },
      onSave: (before, after) => void this.#found.push(...cursorFindings(this.#servers, before, after)),
      requests: [],
      mark: { by: undefined, until: 0, left: undefined },
      isGone: ({ timestamp }, time = this.#schedule.time) => timestamp + this.#shape.retention <= time,
      excused: new Set(),
      readable: new Map(),
      complain: (what) => void this.#found.push(what),
    };
    this.#strides = new Strides(life, this.#servers);
    this.#isWhole = this.#shape.emptied === undefined;
  }

  async live(): Promise<string[]> {
    const { end, oldest, interval, emptied } = this.#shape;
    const trouble = end + oldest;
    if (emptied !== undefined) void this.#emptyAndRestore(emptied);
    while (this.#schedule.time < trouble) await this.#tick();
    // From now on nothing fails: what was left behind must be caught up, a step a run at least.
    this.#servers.faulty = false;
    for (let left = 2000; left > 0; left -= 1) {
      this.#strides.begin();
      const report = await this.#one(this.#process());
      if (report?.caughtUp === true && this.#passedAll() && this.#isWhole) break;
      const held = report === undefined || report.tally.ended === 'lease held elsewhere';
      const stuck = held || report.caughtUp ? undefined : this.#strides.end();
      if (stuck !== undefined) {
        this.#found.push(`${stuck} (${report?.tally.reason ?? 'no reason given'})`);
        break;
      }
      await this.#wait(interval * 1000);
      if (left === 1) this.#found.push('never caught up');
    }
    return [...this.#found, ...findings(this.#servers), ...this.#toldAll(), ...this.#quota()].slice(0, 20);
  }

  get life(): Life {
    return this.#life;
  }

  /** One interval: a run, now and then two at once. */
  async #tick(): Promise<void> {
    const begun = this.#schedule.time;
    const first = this.#start(this.#process());
    const second = this.#dice() < this.#life.overlap ? this.#start(this.#fresh()) : undefined;
    await this.#schedule.until(() => first.ended && (second?.ended ?? true));
    const rest = begun + this.#shape.interval * 1000 - this.#schedule.time;
    await this.#wait(Math.max(rest, 1000));
  }

  async #one(instance: Instance): Promise<Report | undefined> {
    const started = this.#start(instance);
    await this.#schedule.until(() => started.ended);
    return started.report;
  }

  #start({ process, memory }: Instance): { ended: boolean; report: Report | undefined } {
    this.#runs += 1;
    const started: { ended: boolean; report: Report | undefined } = { ended: false, report: undefined };
    process.onDeath = () => {
      started.ended = true;
      if (this.#warm?.process === process) this.#warm = undefined;
    };
    const configured = this.#settings();
    const watched = this.#strides.watch(process);
    const meter = { emit: (tally: Tally) => this.#totals(tally) };
    const ports = { source: process, sink: process, store: process, ledger: process, clock: process, meter, memory };
    const invocation = {
      id: `run-${this.#runs}`,
      deadline: process.now() + (this.#shape.interval - 5) * 1000,
      leaseMargin: 5000,
      partBytes: this.#partBytes,
    };
    void run(configured, ports, invocation).then((report) => {
      started.report = report;
      started.ended = true;
      const wrong = watched();
      if (wrong !== undefined) this.#found.push(wrong);
      const isQuick = this.#life.stallRate === 0 && this.#life.slow === 0;
      const over = process.now() - invocation.deadline;
      if (isQuick && over > 0) this.#found.push(`a run that nothing held up ended ${over} ms after its deadline`);
    });
    return started;
  }

  get #isChanged(): boolean {
    return this.#schedule.time >= this.#shape.changed;
  }

  #settings() {
    const { ages, agesBefore, policyChange, renamed, bothFrom, bothTo, maxBytesPerRun } = this.#shape;
    const { time } = this.#schedule;
    const profiles: readonly Profile[] = time >= bothFrom && time < bothTo ? PROFILES : ['ecs'];
    const name = NAMES[this.#schedule.time >= renamed ? 1 : 0];
    const usual = settings({
      elasticsearch: { ...settings().elasticsearch, profiles },
      cluster: name,
      indexCluster: name,
      ages: agesBefore,
      startFrom: new Date(START).toISOString(),
      maxBytesPerRun,
      requestsPerSecond: this.#life.share,
      policy: POLICIES[this.#schedule.time >= policyChange ? 1 : 0],
    });
    if (!this.#isChanged) return usual;
    return {
      ...usual,
      ages,
      maxBytesPerRun: maxBytesPerRun === null ? MOST_OF_A_DAY : null,
      requestsPerSecond: mostOf(this.#life.share),
      elasticsearch: { ...usual.elasticsearch, index: 'changed-{cluster}-{yyyy.MM}' },
      // Of a source that has a checkpoint this is never looked at.
      startFrom: this.#servers.checkpoint === undefined ? usual.startFrom : 0,
    };
  }

  /** A function with more memory takes larger parts. */
  get #partBytes(): number {
    return this.#life.partBytes * (this.#isChanged ? 2 : 1);
  }

  /** Every document is lost at once; when runs have passed all that was there an operator has it sent again. */
  async #emptyAndRestore(at: number): Promise<void> {
    await this.#schedule.sleep(at - START);
    const { documents, lines, excused, isGone } = this.#servers;
    documents.clear();
    const minutes = { from: START, to: Math.floor(this.#schedule.time / MINUTE) * MINUTE + MINUTE };
    await this.#schedule.sleep(UNSTEADY);
    do await this.#schedule.sleep(MINUTE);
    while (!this.#hasPassed(0, minutes.to) || !(await this.#backfill(minutes)));
    for (const line of lines) if (line.timestamp < minutes.to && isGone(line)) excused.add(line);
    this.#isWhole = true;
  }

  /** One start of the command; `false` where it did not come to its end. */
  #backfill(minutes: Minutes): Promise<boolean> {
    const { process } = this.#fresh('backfill');
    this.#runs += 1;
    const order = {
      settings: this.#settings(),
      ports: { source: process, sink: process, ledger: process, clock: process },
      checkpoint: () => process.peek(),
      mark: process.mark,
      owner: `backfill-${this.#runs}`,
      minutes,
      anew: false,
      report: () => {},
      partBytes: this.#partBytes,
    };
    return new Promise((done) => {
      process.onDeath = () => done(false);
      if (this.#life.killRate > 0 && this.#dice() < 0.5) void this.#interrupt(process);
      backfill(order).then(
        ({ numbers, failure }) => {
          this.#totals(numbers);
          done(failure === undefined);
        },
        () => done(false),
      );
    });
  }

  /** Within its first seconds, as whoever sits at a terminal does. */
  async #interrupt(process: Process): Promise<void> {
    await this.#schedule.sleep(this.#dice() * 3000);
    process.dead = true;
    process.onDeath();
  }

  /** The process that is warm, or a new one. */
  #process(): Instance {
    const warm = this.#warm !== undefined && this.#dice() < 0.9 ? this.#warm : this.#fresh();
    this.#warm = warm;
    return warm;
  }

  #fresh(role: Process['role'] = 'function'): Instance {
    const skew = Math.round((this.#dice() * 2 - 1) * this.#life.skew);
    return {
      process: new Process(this.#servers, skew, role),
      memory: { indices: new Set<string>(), confirmed: new Confirmed(512) },
    };
  }

  #totals(numbers: Numbers): void {
    const { read, indexed, alreadyIndexed, duplicate, dropped, parked, unaccounted, late, vanished } = numbers;
    this.#told = { late: this.#told.late + late, vanished: this.#told.vanished + vanished };
    if (unaccounted !== 0) this.#found.push(`a run left ${unaccounted} lines without an outcome`);
    const sum = indexed + alreadyIndexed + duplicate + dropped + parked + unaccounted;
    if (read !== sum) this.#found.push(`a run read ${read} lines and accounts for ${sum}`);
  }

  /**
   * Where every run comes to its end, what they tell of late and vanished lines is what the rows say. Less, where
   * another may write between a write and its repetition: then nobody knows whose the first one was.
   */
  #toldAll(): string[] {
    const { killRate, tableRate, tableRepeatRate = 0, overlap, emptied } = this.#life;
    if (killRate > 0 || tableRate > 0) return [];
    const isExact = tableRepeatRate === 0 || (overlap === 0 && emptied === null);
    const rows = [...this.#servers.rows.values()];
    return (['late', 'vanished'] as const).flatMap((what) => {
      const should = rows.reduce((sum, row) => sum + row[what], 0);
      const told = this.#told[what];
      return (isExact ? told === should : told <= should)
        ? []
        : [`runs tell of ${told} lines ${what}, rows of ${should}`];
    });
  }

  #passedAll(): boolean {
    return this.#shape.ages.every((age) => this.#hasPassed(age, this.#shape.end));
  }

  #hasPassed(age: number, time: number): boolean {
    return (this.#servers.checkpoint?.cursors.get(age) ?? 0) >= time;
  }

  /** Each process keeps to its share; and all that are no backfill together, where only one runs at a time. */
  #quota(): string[] {
    const { requests } = this.#servers;
    const { overlap } = this.#life;
    const share = this.#life.changed === undefined ? this.#life.share : mostOf(this.#life.share);
    const byProcess = Map.groupBy(requests, ({ by }) => by);
    const found = [...byProcess].flatMap(([{ role }, own]) =>
      tooMany(own, role === 'backfill' ? share / 2 : share, `a ${role}`),
    );
    const runs = requests.filter(({ by }) => by.role === 'function');
    const atOnce = overlap > 0 ? 2 : 1;
    return [...found, ...tooMany(runs, atOnce * share, 'the runs')];
  }

  async #wait(milliseconds: number): Promise<void> {
    let over = false;
    void this.#schedule.sleep(milliseconds).then(() => {
      over = true;
    });
    await this.#schedule.until(() => over);
  }
}

/** Requests per second, after the settings have changed. */
function mostOf(share: number): number {
  return share < 4 ? 2 * share : share;
}

/** Seconds. */
const WINDOW = 10;

/**
 * The most requests that a window holds must be what its time allows, and what may go at once; and of a run that
 * begins a second after another what may go at once again.
 */
function tooMany(requests: readonly Request[], perSecond: number, who: string): string[] {
  let begin = 0;
  let most = 0;
  for (const [at, { time }] of requests.entries()) {
    while ((requests[begin]?.time ?? time) <= time - WINDOW * 1000) begin += 1;
    most = Math.max(most, at + 1 - begin);
  }
  const allowed = (WINDOW - 1) * perSecond + 2 * Math.max(1, perSecond);
  return most > allowed ? [`${who} made ${most} requests in ${WINDOW} s, ${allowed} are allowed`] : [];
}
