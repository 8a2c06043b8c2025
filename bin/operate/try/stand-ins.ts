import { DEFAULT_INDEX, type ElasticsearchSettings, type Settings } from '../../../lambda/contract.ts';
import type { Policy } from '../../../lambda/core/policy/policy.ts';
import { WrongUse } from '../../../lib/problems/usage.ts';
import { type Aws, sourceOf, startAws, TABLE } from '../../../local/aws.ts';
import type { RunningElasticsearch } from '../../../local/elasticsearch/options.ts';
import { startElasticsearch } from '../../../local/elasticsearch/start.ts';
import type { State } from './state.ts';

export interface StandIns {
  readonly aws: Aws;
  readonly elasticsearch: RunningElasticsearch;
  close(): Promise<void>;
}

/**
 * Starts all that stands in for AWS, and Elasticsearch where `env` names none; each keeps its data below the state's
 * folder.
 */
export async function startStandIns(
  state: State,
  env: NodeJS.ProcessEnv,
  report: (line: string) => void,
): Promise<StandIns> {
  let aws: Aws | undefined;
  try {
    aws = await startAws({ directory: state.folder });
    const elasticsearch = await startElasticsearch({ directory: state.path('elasticsearch'), report, env });
    const close = async () => {
      await elasticsearch.stop();
      await aws?.close();
    };
    return { aws, elasticsearch, close };
  } catch (error) {
    await aws?.close();
    throw error instanceof Error ? new WrongUse(error.message) : error;
  }
}

/** What the stack would ship to the function. */
export function settingsOf(cluster: string, policy: Policy, elasticsearch: ElasticsearchSettings): Settings<Policy> {
  return {
    cluster,
    indexCluster: cluster,
    source: sourceOf(cluster),
    policy,
    table: TABLE,
    elasticsearch,
    startFrom: 15 * 60,
    // The frontier, and one more look at each minute: enough for what arrives on one machine.
    ages: [0, 120],
    fetchInterval: 60,
    maxBytesPerRun: null,
    requestsPerSecond: 5,
  };
}

export function serverSettings({ url, ca }: Pick<RunningElasticsearch, 'url' | 'ca'>): ElasticsearchSettings {
  return { url, secret: null, ca: ca ?? null, index: DEFAULT_INDEX, profiles: ['ecs'] };
}
