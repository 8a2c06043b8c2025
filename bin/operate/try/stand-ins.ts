import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ElasticsearchSettings, Settings, Source } from '../../../lambda/contract.ts';
import { DEFAULT_INDEX, DEFAULT_STREAM_PREFIX } from '../../../lambda/contract.ts';
import type { Policy } from '../../../lambda/core/rules.ts';
import { type CloudWatchLogs, startCloudWatchLogs } from '../../../local/cloudwatch-logs/server.ts';
import { createTable, type RunningDynamoDB, startDynamoDB } from '../../../local/dynamodb.ts';
import { type RunningElasticsearch, startElasticsearch } from '../../../local/elasticsearch/start.ts';
import { WrongUse } from '../../usage.ts';
import type { State } from './state.ts';

export const TABLE = 'eks-audit-forwarder';
const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';
/** Names and endpoints only; the stand-ins take any key. */
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'stand-in', AWS_SECRET_ACCESS_KEY: 'stand-in' };

export interface StandIns {
  readonly logs: CloudWatchLogs;
  readonly dynamodb: RunningDynamoDB;
  readonly elasticsearch: RunningElasticsearch;
  /** What sends the function to them. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts all that stands in for AWS, and Elasticsearch; each keeps its data below the state's folder. */
export async function startStandIns(state: State, report: (line: string) => void): Promise<StandIns> {
  const started: { close(): Promise<void> }[] = [];
  const close = async () => {
    for (const part of started.splice(0).reverse()) await part.close();
  };
  try {
    const logs = await startCloudWatchLogs({
      directory: state.path('cloudwatch-logs'),
      account: ACCOUNT,
      region: REGION,
    });
    started.push(logs);
    const dynamodb = await startDynamoDB({ directory: state.path('dynamodb') });
    started.push(dynamodb);
    const environment = {
      ...CREDENTIALS,
      AWS_REGION: REGION,
      AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: logs.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
    };
    await makeTable(dynamodb.endpoint);
    const elasticsearch = await startElasticsearch({ directory: state.path('elasticsearch'), report });
    started.push({ close: () => elasticsearch.stop() });
    return { logs, dynamodb, elasticsearch, environment, close };
  } catch (error) {
    await close();
    throw error instanceof Error ? new WrongUse(error.message) : error;
  }
}

async function makeTable(endpoint: string): Promise<void> {
  const credentials = { accessKeyId: 'stand-in', secretAccessKey: 'stand-in' };
  const client = new DynamoDBClient({ endpoint, region: REGION, credentials });
  await createTable(client, TABLE);
  client.destroy();
}

export function sourceOf(cluster: string): Source {
  return { account: ACCOUNT, region: REGION, group: `/aws/eks/${cluster}/cluster`, prefix: DEFAULT_STREAM_PREFIX };
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

export function serverSettings(elasticsearch: RunningElasticsearch): ElasticsearchSettings {
  return { url: elasticsearch.url, secret: null, ca: elasticsearch.ca ?? null, index: DEFAULT_INDEX };
}
