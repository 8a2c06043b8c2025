import type { Client } from '@elastic/elasticsearch';
import { DEFAULT_INDEX } from '../../../lambda/contract.ts';
import { coveragesOf, patternsOf } from '../../../lambda/core/index-pattern.ts';
import { elasticsearchClient } from '../../../lambda/edges/elasticsearch.ts';
import { credentialsReader } from '../../../lambda/edges/secret.ts';
import { bundleFunction } from '../../../lib/bundle.ts';
import { setUp } from '../../../lib/elasticsearch/setup.ts';
import { Failed } from '../../../lib/problems/usage.ts';
import { type FunctionOptions, startFunction } from '../../../local/lambda/function.ts';
import type { Served } from '../reach/serve-review.ts';
import { servePage } from './page.ts';
import { handedOn } from './server.ts';
import { type StandIns, serverSettings, settingsOf, startStandIns } from './stand-ins.ts';
import { type Stage, Trial, type TryOptions, type TryResult } from './trial.ts';

/** As the stack sets it for a fetch interval of a minute. */
const TIMEOUT = 55;

/** The main job on stand-ins: feed, run the function again and again, read back. Ends all that it started. */
export async function tryForwarder(options: TryOptions): Promise<TryResult> {
  const { state, progress, server, signal } = options;
  progress.doing('Starting CloudWatch Logs, DynamoDB and Elasticsearch on this machine');
  const stopping = () => progress.doing('Stopping what was started; Ctrl-C again ends at once');
  signal.addEventListener('abort', stopping);
  const standIns = await startStandIns(state, server?.env ?? process.env, (line) => {
    if (!signal.aborted) progress.doing(line);
  });
  try {
    if (signal.aborted) throw new Failed('Interrupted before anything was fed.');
    const { version, url } = standIns.elasticsearch;
    progress.done(`Elasticsearch ${version} at ${url}`);
    return await withFunction(options, standIns);
  } finally {
    stopping();
    await standIns.close();
    progress.end();
  }
}

async function withFunction(options: TryOptions, standIns: StandIns): Promise<TryResult> {
  const { state, progress, policy, server } = options;
  const env = server?.env ?? process.env;
  const settings = serverSettings(standIns.elasticsearch);
  const client = elasticsearchClient(settings, await credentialsReader(null, env)());
  try {
    await prepare(client, options, settings.url);
    const bundle = await bundleFunction(state.path('function'), settingsOf(state.cluster, policy, settings));
    progress.done(`The function's bundle: ${Math.round(bundle.size / 1024)} kB`);
    const variables = { ...standIns.aws.environment, ...handedOn(env) };
    return await runs(options, { standIns, client, folder: bundle.folder, env: variables });
  } finally {
    await client.close();
  }
}

interface Prepared extends Pick<Stage, 'standIns' | 'client'>, Pick<FunctionOptions, 'env'> {
  readonly folder: string;
}

async function runs(options: TryOptions, { standIns, client, folder, env = {} }: Prepared): Promise<TryResult> {
  const { signal } = options;
  const lines: string[] = [];
  const lambda = startFunction({
    folder,
    env,
    timeoutSeconds: TIMEOUT,
    nodeArgs: ['--enable-source-maps'],
    onLine: (line) => void lines.push(line),
  });
  const stop = () => void lambda.kill();
  signal.addEventListener('abort', stop);
  let page: Served | undefined;
  const showPage = async () => {
    page = await servePage(options, standIns);
  };
  try {
    return await new Trial(options, { standIns, client, lambda, lines, showPage }).go();
  } finally {
    signal.removeEventListener('abort', stop);
    await page?.close();
    await lambda.stop();
  }
}

/** The templates; where another one would win, this throws, so that no index gets another mapping than ours. */
async function prepare(client: Client, { state, server, progress }: TryOptions, url: string): Promise<void> {
  const { requests } = await setUp(
    client,
    { url, indices: [DEFAULT_INDEX], former: [], indexClusters: [state.cluster], retentionDays: null },
    Date.now(),
  );
  const templates = requests.map(({ path }) => path.split('/').at(-1));
  progress.done(`Index templates for ${coveragesOf([DEFAULT_INDEX]).join(' and ')}`);
  if (server === undefined) return;
  const indices = patternsOf([DEFAULT_INDEX]).map((pattern) => pattern.all(state.cluster));
  progress.say(
    `This server is yours, so what is made there stays there: the index templates ${templates.join(' and ')}, ` +
      `and the indices ${indices.join(' and ')}.`,
  );
}
