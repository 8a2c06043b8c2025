import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@elastic/elasticsearch';
import { IndexPattern } from '../../../lambda/core/index-pattern.ts';
import { at } from '../../../lambda/core/json.ts';
import type { Policy } from '../../../lambda/core/policy/policy.ts';
import { systemClock } from '../../../lambda/edges/clock.ts';
import { elasticsearchClient } from '../../../lambda/edges/elasticsearch.ts';
import { credentialsReader } from '../../../lambda/edges/secret.ts';
import { bundleFunction } from '../../../lib/bundle.ts';
import { countDocuments } from '../../../lib/elasticsearch/count.ts';
import { installTemplates } from '../../../lib/elasticsearch/setup.ts';
import { Failed } from '../../../lib/problems/usage.ts';
import { type RunningFunction, startFunction } from '../../../local/lambda/function.ts';
import { latestChanges, type PolicyChange } from '../../../review/query/policy-changes.ts';
import type { Progress } from '../../cli/progress.ts';
import { added, NO_RUN, numbersOf, type RunNumbers, summary } from '../../cli/totals.ts';
import { feedFile, samples } from './feed.ts';
import { type StandIns, serverSettings, settingsOf, startStandIns } from './stand-ins.ts';
import type { State } from './state.ts';

export interface TryOptions {
  readonly state: State;
  readonly policy: Policy;
  /** A real audit log's content; undefined: samples. */
  readonly events: Buffer | undefined;
  /** End when every line fed has a confirmed outcome. */
  readonly once: boolean;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

export interface TryResult extends RunNumbers {
  readonly documents: number | null;
  readonly changes: readonly PolicyChange[];
  readonly elasticsearch: { readonly url: string; readonly version: string };
  readonly indices: string;
}

const SECONDS_BETWEEN_RUNS = 5;
/** As the stack sets it for a fetch interval of a minute. */
const TIMEOUT = 55;
const FAILURES_BEFORE_GIVING_UP = 3;
const CHANGES_SHOWN = 10;

/** The main job on stand-ins: feed, run the function again and again, read back. Ends all that it started. */
export async function tryForwarder(options: TryOptions): Promise<TryResult> {
  const { state, progress } = options;
  progress.doing('Starting CloudWatch Logs, DynamoDB and Elasticsearch on this machine');
  const standIns = await startStandIns(state, (line) => progress.doing(line));
  try {
    progress.done(`Elasticsearch ${standIns.elasticsearch.version} at ${standIns.elasticsearch.url}`);
    return await withFunction(options, standIns);
  } finally {
    progress.doing('Stopping what was started');
    await standIns.close();
    progress.end();
  }
}

async function withFunction(options: TryOptions, standIns: StandIns): Promise<TryResult> {
  const { state, progress, policy } = options;
  const server = serverSettings(standIns.elasticsearch);
  const client = elasticsearchClient(server, await credentialsReader(null, process.env)());
  await installTemplates(client);
  const bundle = await bundleFunction(state.path('function'), settingsOf(state.cluster, policy, server));
  progress.done(`The function's bundle: ${Math.round(bundle.size / 1024)} kB`);
  const lines: string[] = [];
  const lambda = startFunction({
    folder: bundle.folder,
    env: standIns.aws.environment,
    timeoutSeconds: TIMEOUT,
    nodeArgs: ['--enable-source-maps'],
    onLine: (line) => void lines.push(line),
  });
  const stop = () => void lambda.kill();
  options.signal.addEventListener('abort', stop);
  try {
    return await new Trial(options, standIns, client, lambda, lines).go();
  } finally {
    options.signal.removeEventListener('abort', stop);
    await lambda.stop();
    await client.close();
  }
}

/** The runs of one start. */
class Trial {
  readonly #options: TryOptions;
  readonly #standIns: StandIns;
  readonly #client: Client;
  readonly #lambda: RunningFunction;
  readonly #lines: string[];
  readonly #indices: string;
  readonly #samples: () => Promise<number>;
  readonly #shown = new Set<string>();
  #numbers = NO_RUN;
  #failures = 0;

  constructor(options: TryOptions, standIns: StandIns, client: Client, lambda: RunningFunction, lines: string[]) {
    this.#options = options;
    this.#standIns = standIns;
    this.#client = client;
    this.#lambda = lambda;
    this.#lines = lines;
    this.#samples = samples(standIns.aws.logs, options.state);
    this.#indices = IndexPattern.of(serverSettings(standIns.elasticsearch).index).all(options.state.cluster);
  }

  async go(): Promise<TryResult> {
    const { once, signal, progress } = this.#options;
    for (let number = 1; !signal.aborted; number += 1) {
      await this.#feed();
      progress.doing(`Run ${number} · ${summary(this.#numbers)}`);
      const caughtUp = await this.#run();
      if (once && caughtUp) break;
      if (!once) await this.#showNew();
      progress.doing(
        `${number} ${number === 1 ? 'run' : 'runs'} · ${summary(this.#numbers)} · next in ${SECONDS_BETWEEN_RUNS} s, Ctrl-C ends it`,
      );
      await sleep(SECONDS_BETWEEN_RUNS * 1000, undefined, { signal }).catch(() => {});
    }
    return await this.#result();
  }

  async #feed(): Promise<void> {
    const { state, events, progress } = this.#options;
    const fed = events === undefined ? await this.#samples() : await feedFile(events, this.#standIns.aws.logs, state);
    if (fed > 0) progress.done(`Fed ${fed.toLocaleString('en')} lines to CloudWatch Logs`);
  }

  /** One invocation; whether it left nothing readable behind. */
  async #run(): Promise<boolean> {
    const { progress, signal } = this.#options;
    this.#lines.length = 0;
    const outcome = await this.#lambda.invoke({});
    for (const line of this.#lines) this.#note(line);
    if (signal.aborted) return false;
    if (outcome.ok) {
      this.#failures = 0;
      if (at(outcome.payload, 'ended') === 'lease held elsewhere') {
        progress.say(
          'Another run holds the lease (an earlier start that was killed, most likely): waiting until it is free.',
        );
      }
      return at(outcome.payload, 'caughtUp') === true;
    }
    this.#failures += 1;
    progress.wrong(`The run failed: ${outcome.errorMessage}`);
    if (this.#failures >= FAILURES_BEFORE_GIVING_UP)
      throw new Failed(`${this.#failures} runs failed in a row. Nothing is lost: start again once it is mended.`);
    return false;
  }

  #note(line: string): void {
    const numbers = numbersOf(line);
    if (numbers === undefined) this.#options.progress.say(line);
    else this.#numbers = added(this.#numbers, numbers);
  }

  /** Policy changes as they arrive, oldest first. */
  async #showNew(): Promise<void> {
    await this.#client.indices.refresh({ index: this.#indices, allow_no_indices: true });
    const changes = await latestChanges(this.#client, this.#indices, CHANGES_SHOWN, systemClock);
    for (const { id, when, who, verb, what, code } of changes.toReversed()) {
      if (!this.#shown.has(id)) this.#options.progress.say(`${when}  ${who}  ${verb}  ${what}  ${code}`);
      this.#shown.add(id);
    }
  }

  async #result(): Promise<TryResult> {
    const documents = await countDocuments(this.#client, this.#indices, systemClock);
    const { url, version } = this.#standIns.elasticsearch;
    return {
      ...this.#numbers,
      documents,
      changes: await latestChanges(this.#client, this.#indices, CHANGES_SHOWN, systemClock),
      elasticsearch: { url, version },
      indices: this.#indices,
    };
  }
}
