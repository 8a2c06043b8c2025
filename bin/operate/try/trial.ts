import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@elastic/elasticsearch';
import { hashOf } from '../../../lambda/core/hash.ts';
import { IndexPattern, PARKED } from '../../../lambda/core/index-pattern.ts';
import { at } from '../../../lambda/core/json.ts';
import type { Policy } from '../../../lambda/core/policy/policy.ts';
import { Stopped } from '../../../lambda/core/stopped.ts';
import { systemClock } from '../../../lambda/edges/clock.ts';
import { countDocuments } from '../../../lib/elasticsearch/count.ts';
import { Failed } from '../../../lib/problems/usage.ts';
import { sourceOf } from '../../../local/aws.ts';
import type { RunningFunction } from '../../../local/lambda/function.ts';
import { latestChanges } from '../../../review/query/policy-changes.ts';
import type { Row } from '../../../review/query/row.ts';
import { counted } from '../../cli/figures.ts';
import type { Progress } from '../../cli/progress.ts';
import { added, NO_RUN, numbersOf, type RunNumbers, summary } from '../../cli/totals.ts';
import { columnsOf } from '../../cli/width.ts';
import { type Balance, balanceOf } from './balance.ts';
import { changeText } from './change-text.ts';
import { feedFile, samples } from './feed.ts';
import { type ParkedWhy, parkedWhy } from './parked.ts';
import type { GivenServer } from './server.ts';
import { type StandIns, serverSettings } from './stand-ins.ts';
import type { State } from './state.ts';

export interface TryOptions {
  readonly state: State;
  /** undefined: one of our own is started. */
  readonly server: GivenServer | undefined;
  readonly policy: Policy;
  /** A real audit log's lines; undefined: samples. */
  readonly events: readonly string[] | undefined;
  /** End when every line fed has a confirmed outcome. */
  readonly once: boolean;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** What a trial works with; all of it is running. */
export interface Stage {
  readonly standIns: StandIns;
  readonly client: Client;
  readonly lambda: RunningFunction;
  /** What the function has printed since the last invocation began. */
  readonly lines: string[];
  /** Serves what is in Elasticsearch as pages, and says where. */
  readonly showPage: () => Promise<void>;
}

export interface TryResult extends RunNumbers {
  readonly documents: number | null;
  readonly indices: string;
  readonly parked: ParkedWhy;
  readonly balance: Balance;
  /** How many runs there were. */
  readonly runs: number;
  /** The latest, newest first; undefined: each was shown as it came. */
  readonly changes: readonly Row[] | undefined;
}

const SECONDS_BETWEEN_RUNS = 5;
const FAILURES_BEFORE_GIVING_UP = 3;
const CHANGES_SHOWN = 10;

/** The runs of one start. */
export class Trial {
  readonly #options: TryOptions;
  readonly #stage: Stage;
  readonly #indices: string;
  readonly #parkedIndices: string;
  readonly #samples: () => Promise<number>;
  readonly #shown = new Set<string>();
  #numbers = NO_RUN;
  #runs = 0;
  #begun = Date.now();
  #failures = 0;
  #isShown = false;

  constructor(options: TryOptions, stage: Stage) {
    const { aws, elasticsearch } = stage.standIns;
    this.#options = options;
    this.#stage = stage;
    this.#samples = samples(aws.logs, options.state);
    this.#indices = IndexPattern.of(serverSettings(elasticsearch).index).all(options.state.cluster);
    this.#parkedIndices = PARKED.all(options.state.cluster);
  }

  async go(): Promise<TryResult> {
    const { once, signal, progress } = this.#options;
    while (!signal.aborted) {
      await this.#feed();
      progress.passing(`${this.#status()} · Run ${this.#runs + 1}`);
      const caughtUp = await this.#run();
      if (once && caughtUp) break;
      if (!once && !signal.aborted) await this.#show();
      progress.passing(`${this.#status()} · Ctrl-C ends it`);
      await sleep(SECONDS_BETWEEN_RUNS * 1000, undefined, { signal }).catch(() => {});
    }
    return await this.#result();
  }

  async #show(): Promise<void> {
    if (!this.#isShown) {
      this.#isShown = true;
      await this.#stage.showPage();
    }
    await this.#showNew();
  }

  #status(): string {
    return summary(this.#numbers);
  }

  /** Says how many lines there were at first; what is fed later on would drown what comes of it. */
  async #feed(): Promise<void> {
    const { state, events, progress } = this.#options;
    const { logs } = this.#stage.standIns.aws;
    const fed = events === undefined ? await this.#samples() : await feedFile(events, logs, state);
    if (fed > 0 && this.#runs === 0) progress.done(`Fed ${counted(fed, 'line')} to CloudWatch Logs`);
  }

  /** One invocation; whether it left nothing readable behind. */
  async #run(): Promise<boolean> {
    const { progress, signal, once } = this.#options;
    const { lines, lambda } = this.#stage;
    lines.length = 0;
    const settle = this.#rememberServer();
    this.#begun = Date.now();
    const outcome = await lambda.invoke({});
    // A reason that is told below needs no stack trace.
    const isReason = !outcome.ok && outcome.errorType === new Stopped().name;
    for (const line of lines) this.#note(line, isReason);
    if (signal.aborted) return false;
    this.#runs += 1;
    settle(outcome.ok);
    if (!outcome.ok) return this.#failed(outcome.errorMessage);
    this.#failures = 0;
    if (at(outcome.payload, 'ended') === 'lease held elsewhere') progress.say(HELD);
    else if (once || this.#runs === 1) progress.done(`Run ${this.#runs}: ${this.#status()}`);
    return at(outcome.payload, 'caughtUp') === true;
  }

  #failed(why: string): false {
    this.#failures += 1;
    this.#options.progress.wrong(`The run failed: ${why}`);
    if (this.#failures < FAILURES_BEFORE_GIVING_UP) return false;
    throw new Failed(`${this.#failures} runs failed in a row. Nothing is lost: start again once it is mended.`);
  }

  /** From the first document on, this state's are on this server. Call what it returns when the run has ended. */
  #rememberServer(): (ok: boolean) => void {
    const { state, server } = this.#options;
    if (state.hasDocuments) return () => {};
    state.rememberServer(server?.url ?? null);
    return (ok) => {
      const { indexed, alreadyIndexed, parked } = this.#numbers.totals;
      if (!ok && indexed + alreadyIndexed + parked === 0) state.forgetServer();
    };
  }

  #note(line: string, isReason: boolean): void {
    const numbers = numbersOf(line);
    if (numbers !== undefined) this.#numbers = added(this.#numbers, numbers);
    else if (!isReason) this.#options.progress.say(line);
  }

  /** Policy changes as they arrive, oldest first. */
  async #showNew(): Promise<void> {
    const { client } = this.#stage;
    await client.indices.refresh({ index: this.#indices, allow_no_indices: true });
    const changes = await latestChanges(client, this.#indices, CHANGES_SHOWN, systemClock);
    for (const change of changes.toReversed()) {
      if (!this.#shown.has(change.id)) this.#options.progress.say(changeText(change, columnsOf(process.stderr)));
      this.#shown.add(change.id);
    }
  }

  async #result(): Promise<TryResult> {
    const { client, standIns } = this.#stage;
    const { state, once, policy } = this.#options;
    const documents = await countDocuments(client, this.#indices, systemClock);
    await countDocuments(client, this.#parkedIndices, systemClock);
    return {
      ...this.#numbers,
      documents,
      indices: this.#indices,
      parked: await parkedWhy(client, this.#parkedIndices, systemClock),
      balance: await balanceOf(standIns.aws, sourceOf(state.cluster), { policy: hashOf(policy), begun: this.#begun }),
      runs: this.#runs,
      changes: once ? await latestChanges(client, this.#indices, CHANGES_SHOWN, systemClock) : undefined,
    };
  }
}

const HELD = 'Another run holds the lease (an earlier start that was killed, most likely): waiting until it is free.';
