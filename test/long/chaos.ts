import { setTimeout as sleep } from 'node:timers/promises';
import { random } from '../../local/random.ts';
import { documentsOf } from './documents.ts';
import { linesOf, type Written } from './lines.ts';
import { Runs } from './runs.ts';
import type { Schedule } from './scheduler.ts';
import { type Stage, setStage } from './stage.ts';
import { judge, type Verdict } from './truth.ts';
import { type Verified, verified } from './verification.ts';

export interface Chaos {
  /** Of the lines and of all moments that are chosen at random. */
  readonly seed: number;
  readonly lines: number;
  /** Minutes of the fast clock over which they are written. */
  readonly minutes: number;
  /** 5 % of the lines become readable so many minutes late at most. */
  readonly latest: number;
  /** As in the settings; the last bounds how late a line may come. */
  readonly ages: readonly number[];
  readonly speed: number;
  /** The function is killed at least so often. */
  readonly kills: number;
  readonly elasticsearchKills: number;
  readonly report: (line: string) => void;
}

/** The server that documents go to. */
export interface Target {
  readonly url: string;
  /** Kills it and starts it again; absent: it is left alone. */
  readonly restart?: () => Promise<void>;
}

export interface Chaotic {
  readonly verdict: Verdict;
  /** What our own command says of it. */
  readonly verified: Verified;
  readonly runs: Runs;
  readonly elasticsearchKills: number;
  readonly seconds: number;
}

const MINUTE = 60_000;
const INTERVAL_SECONDS = 60;
const TIMEOUT_SECONDS = 120;
/** Real milliseconds. */
const FEED_EVERY = 200;
const REPORT_EVERY = 10_000;
const PATIENCE = 120_000;

/** Lives through it, waits until every age has passed every line, and judges what is there. */
export async function chaos(life: Chaos, target: Target): Promise<Chaotic> {
  const { seed, speed, report } = life;
  const began = Date.now();
  const cluster = `chaos-${process.pid}-${seed}`;
  report(`seed ${seed}: ${life.lines} lines in ${life.minutes} min, a clock ${speed} times as fast`);
  const lateness = { probability: 0.05, from: 0, to: life.latest * MINUTE };
  const faults = { throttle: 5, emptyPages: 0.1, errors: 0.02, shuffle: true, lateness };
  const clock = { speed, since: began };
  const stage = await setStage(cluster, target.url, clock, faults);
  try {
    const from = stage.now();
    const lines = linesOf({ seed, count: life.lines, from, span: life.minutes * MINUTE });
    const progress = new Progress(stage, report, from);
    const living = live(life, target, stage, lines, progress);
    await Promise.race([living, stage.died]).finally(() => progress.stop());
    const seconds = Math.round((Date.now() - began) / 1000);
    const { runs, elasticsearchKills } = progress;
    const verdict = await verdictOf(cluster, lines, stage);
    const { environment } = stage;
    const to = from + (life.minutes + 1) * MINUTE;
    const said = await verified({ cluster, url: target.url, clock, environment, from: floored(from), to: floored(to) });
    return { verdict, verified: said, runs, elasticsearchKills, seconds };
  } finally {
    await stage.close();
  }
}

async function live(
  life: Chaos,
  target: Target,
  stage: Stage,
  lines: readonly Written[],
  progress: Progress,
): Promise<void> {
  const { from } = progress;
  const end = from + life.minutes * MINUTE;
  const quiet = end + Math.max(...life.ages) * 1000;
  const time = (quiet - from) / life.speed;
  const schedule: Schedule = {
    folder: await stage.bundle({ ages: life.ages, startFrom: new Date(from).toISOString() }),
    env: stage.environment,
    intervalSeconds: INTERVAL_SECONDS,
    timeoutSeconds: TIMEOUT_SECONDS,
    seed: life.seed + 1,
    // Twice as often as must be: some find nobody at work.
    killEvery: time / life.kills / 2,
  };
  const note = (line: string) => progress.runs.note(JSON.parse(line));
  const scheduler = await stage.start('scheduler.ts', [JSON.stringify(schedule)], note);
  const over = until(() => stage.now() >= quiet && progress.runs.kills >= life.kills, time + PATIENCE);
  await Promise.all([feed(stage, lines, progress), breakServer(life, target, time, progress), over]);
  scheduler.tell('calm');
  await until(async () => (await stage.table.cursors()).slowest >= end, PATIENCE);
  await scheduler.stop();
  await progress.say();
}

/** Puts each line when the fast clock has come to its time. */
async function feed({ source, now }: Stage, lines: readonly Written[], progress: Progress): Promise<void> {
  for (let at = 0; at < lines.length; at = progress.fed) {
    await sleep(FEED_EVERY);
    const next = lines.findIndex(({ timestamp }, index) => index >= at && timestamp > now());
    const to = next === -1 ? lines.length : next;
    await source.put(lines.slice(at, to));
    progress.fed = to;
  }
}

/** Kills Elasticsearch at random moments, one in each equal part of the time. */
async function breakServer(
  { elasticsearchKills, seed, report }: Chaos,
  { restart }: Target,
  time: number,
  progress: Progress,
): Promise<void> {
  const dice = random(seed + 2);
  const begun = Date.now();
  for (let kill = 0; kill < elasticsearchKills && restart !== undefined; kill += 1) {
    const at = begun + ((kill + dice() * 0.7) * time) / elasticsearchKills;
    await sleep(Math.max(0, at - Date.now()));
    report('  Elasticsearch is killed');
    await restart();
    progress.elasticsearchKills += 1;
  }
}

function floored(time: number): number {
  return Math.floor(time / MINUTE) * MINUTE;
}

async function until(holds: () => boolean | Promise<boolean>, patience: number): Promise<void> {
  const limit = Date.now() + patience;
  while (!(await holds())) {
    if (Date.now() > limit) throw new Error(`After ${Math.round(patience / 1000)} s it had not come to an end.`);
    await sleep(200);
  }
}

/** What is counted, and said now and then. */
class Progress {
  readonly from: number;
  readonly runs = new Runs();
  fed = 0;
  elasticsearchKills = 0;
  readonly #stage: Stage;
  readonly #report: (line: string) => void;
  readonly #timer: NodeJS.Timeout;

  constructor(stage: Stage, report: (line: string) => void, from: number) {
    this.#stage = stage;
    this.#report = report;
    this.from = from;
    this.#timer = setInterval(() => void this.say().catch(() => {}), REPORT_EVERY);
  }

  async say(): Promise<void> {
    const minutes = (time: number) => (Math.max(0, time - this.from) / MINUTE).toFixed(0);
    const { frontier, slowest } = await this.#stage.table.cursors();
    const now = this.#stage.now();
    const cursors = `cursors from ${minutes(slowest)} to ${minutes(frontier)}`;
    const { succeeded, failed, kills } = this.runs;
    const runs = `runs: ${succeeded} succeeded, ${failed} failed, ${kills} killed`;
    this.#report(`  minute ${minutes(now)}: ${this.fed} lines written; ${runs}; ${cursors}`);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

async function verdictOf(cluster: string, lines: readonly Written[], stage: Stage): Promise<Verdict> {
  const { source, table, client } = stage;
  await source.faults({ throttle: null, emptyPages: 0, errors: 0, shuffle: false });
  const filed = await source.all();
  const text = ({ timestamp, stream, message }: Written) => `${timestamp} ${stream} ${message}`;
  const [put, there] = [lines, filed].map((all) => all.map(text).sort().join('\n'));
  if (put !== there) throw new Error(`${lines.length} lines were put, CloudWatch has ${filed.length} or others.`);
  return judge(cluster, filed, await documentsOf(client, cluster), await table.rows());
}
