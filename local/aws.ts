import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DEFAULT_STREAM_PREFIX, type Source } from '../lambda/contract.ts';
import type { FaultsChange } from './cloudwatch-logs/faults.ts';
import { type CloudWatchLogs, startCloudWatchLogs } from './cloudwatch-logs/server.ts';
import { createTable, type RunningDynamoDB, startDynamoDB } from './dynamodb.ts';

export const TABLE = 'eks-audit-forwarder';
const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';

export interface AwsOptions {
  /** Where lines and items are kept across starts. Default: memory. */
  readonly directory?: string;
  /** Of CloudWatch Logs. */
  readonly faults?: FaultsChange;
}

/** What of AWS the function speaks to: CloudWatch Logs, and DynamoDB with the table in it. */
export interface Aws {
  readonly logs: CloudWatchLogs;
  readonly dynamodb: RunningDynamoDB;
  /** What sends the SDK's clients here; the key is no secret, any is taken. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startAws({ directory, faults }: AwsOptions = {}): Promise<Aws> {
  const below = (name: string) => (directory === undefined ? {} : { directory: join(directory, name) });
  const options = { account: ACCOUNT, region: REGION, ...below('cloudwatch-logs') };
  const logs = await startCloudWatchLogs(faults === undefined ? options : { ...options, faults });
  const dynamodb = await startDynamoDB(below('dynamodb')).catch(async (error: unknown) => {
    await logs.close();
    throw error;
  });
  await makeTable(dynamodb.endpoint);
  return {
    logs,
    dynamodb,
    environment: {
      AWS_ACCESS_KEY_ID: 'stand-in',
      AWS_SECRET_ACCESS_KEY: 'stand-in',
      AWS_REGION: REGION,
      AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: logs.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
    },
    close: async () => {
      await dynamodb.close();
      await logs.close();
    },
  };
}

async function makeTable(endpoint: string): Promise<void> {
  const credentials = { accessKeyId: 'stand-in', secretAccessKey: 'stand-in' };
  const client = new DynamoDBClient({ endpoint, region: REGION, credentials });
  await createTable(client, TABLE);
  client.destroy();
}

/** The audit streams of a cluster, as EKS names its log group. */
export function sourceOf(cluster: string): Source {
  return { account: ACCOUNT, region: REGION, group: `/aws/eks/${cluster}/cluster`, prefix: DEFAULT_STREAM_PREFIX };
}
