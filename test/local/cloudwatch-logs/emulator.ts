import {
  CloudWatchLogsClient,
  type FilteredLogEvent,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { expect, onTestFinished } from 'vitest';
import { MINUTE } from '../../../lambda/core/time.ts';
import {
  type CloudWatchLogs,
  type CloudWatchLogsOptions,
  startCloudWatchLogs,
} from '../../../local/cloudwatch-logs/server.ts';
import { standIn } from '../../support/stand-in.ts';

export const GROUP = '/aws/eks/prod/cluster';
export const AUDIT = 'kube-apiserver-audit-';
export const ONE = `${AUDIT}1`;
export const TWO = `${AUDIT}2`;
export const NOW = Date.UTC(2026, 4, 4, 12);
export const HOUR = 60 * MINUTE;

/** An emulator and a client of it, until the test ends. */
export async function start(
  options: CloudWatchLogsOptions = {},
): Promise<{ logs: CloudWatchLogs; client: CloudWatchLogsClient }> {
  const logs = await startCloudWatchLogs({ now: () => NOW, ...options });
  onTestFinished(() => logs.close());
  const client = new CloudWatchLogsClient({ ...standIn(logs.endpoint), maxAttempts: 1 });
  onTestFinished(() => client.destroy());
  return { logs, client };
}

export const events = (
  count: number,
  from = NOW - HOUR,
  step = 1000,
  message = (i: number): string => `message ${i}`,
) => Array.from({ length: count }, (_, i) => ({ timestamp: from + i * step, message: message(i) }));

export type Query = Partial<FilterLogEventsCommandInput>;

export const page = (client: CloudWatchLogsClient, query: Query = {}) =>
  client.send(new FilterLogEventsCommand({ logGroupName: GROUP, ...query }));

export async function readAll(client: CloudWatchLogsClient, query: Query = {}): Promise<FilteredLogEvent[][]> {
  const pages: FilteredLogEvent[][] = [];
  let nextToken: string | undefined;
  do {
    const answer = await page(client, { ...query, nextToken });
    pages.push(answer.events ?? []);
    nextToken = answer.nextToken;
  } while (nextToken !== undefined && pages.length < 500);
  return pages;
}

export const messages = (pages: readonly FilteredLogEvent[][]) => pages.flat().map((event) => event.message);
export const timestamps = (pages: readonly FilteredLogEvent[][]) => pages.flat().map((event) => event.timestamp ?? 0);
export const refusal = (name: string) => expect.objectContaining({ name });
