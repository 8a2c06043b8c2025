import { randomUUID } from 'node:crypto';
import type { CloudWatchLogsClientConfig } from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Source } from '../../lambda/contract.ts';
import type { CloudWatchLine } from '../../lambda/core/line.ts';
import { Stopped } from '../../lambda/core/stopped.ts';
import { CloudWatchPages } from '../../lambda/edges/cloudwatch.ts';
import {
  type CloudWatchLogs,
  type CloudWatchLogsOptions,
  startCloudWatchLogs,
} from '../../local/cloudwatch-logs/server.ts';
import { CLUSTER, line } from '../support/builders.ts';
import { pageSourceContract, pagesOf } from '../support/contracts/page-source.ts';
import { standIn } from '../support/stand-in.ts';

const now = Date.now();
const source = (): Source => ({ ...CLUSTER.source, group: `/aws/eks/${randomUUID()}/cluster` });
const range = { startTime: now - 60_000, endTime: now };
const patience = () => AbortSignal.timeout(10_000);

async function logs(options: CloudWatchLogsOptions = {}): Promise<CloudWatchLogs> {
  const started = await startCloudWatchLogs(options);
  onTestFinished(() => started.close());
  return started;
}

function pages({ endpoint }: CloudWatchLogs, of: Source, config: CloudWatchLogsClientConfig = {}): CloudWatchPages {
  return new CloudWatchPages(of, { ...standIn(endpoint), ...config });
}

async function fed(
  server: CloudWatchLogs,
  lines: readonly CloudWatchLine[] = [line({ timestamp: now })],
): Promise<Source> {
  const of = source();
  for (const { origin, timestamp, message } of lines)
    await server.put(of.group, origin.stream, [{ timestamp, message }]);
  return of;
}

describe('the source in CloudWatch Logs', () => {
  pageSourceContract(now, async (lines) => {
    const server = await logs();
    return pages(server, await fed(server, lines));
  });

  test('a line has its stream, its times and its id', async () => {
    const server = await logs();
    const of = await fed(server, [line({ timestamp: now, message: 'a message' })]);
    const [[only] = []] = await pagesOf(pages(server, of), now, now);
    expect(only).toMatchObject({
      message: 'a message',
      timestamp: now,
      origin: { group: of.group, stream: line().origin.stream },
    });
    expect(only?.origin.ingestionTime).toBeGreaterThanOrEqual(now);
    expect(only?.origin.eventId).toMatch(/^\d{56}$/);
  });

  test('other streams of the group are not read', async () => {
    const server = await logs();
    const lines = ['kube-apiserver-audit-1', 'kube-apiserver-1', 'authenticator-1'].map((stream) =>
      line({ timestamp: now, stream, message: stream }),
    );
    const read = (await pagesOf(pages(server, await fed(server, lines)), now, now)).flat();
    expect(read.map(({ message }) => message)).toEqual(['kube-apiserver-audit-1']);
  });

  test('an empty page with a token is not the end', async () => {
    const server = await logs({ faults: { emptyEvery: 2 } });
    const lines = Array.from({ length: 30 }, (_, at) =>
      line({ timestamp: now - at, message: `${at} ${'x'.repeat(100_000)}` }),
    );
    const read = await pagesOf(pages(server, await fed(server, lines)), range.startTime, range.endTime);
    expect(read.some((page) => page.length === 0)).toBe(true);
    expect(read.flat()).toHaveLength(30);
  });

  test('the quota used up is told from a fault, and neither is asked for twice', async () => {
    const server = await logs({ faults: { throttle: 1 } });
    const reading = pages(server, await fed(server));
    await reading.page(range, undefined, patience());
    expect(await reading.page(range, undefined, patience())).toMatchObject({ kind: 'again', throttled: true });
    server.faults({ throttle: null, errors: 1 });
    expect(await reading.page(range, undefined, patience())).toMatchObject({ kind: 'again', throttled: false });
    expect(server.requests.FilterLogEvents).toBe(3);
  });

  test('a server that is gone, and an answer that takes too long, may be asked again', async () => {
    const slow = await logs({ faults: { slow: { from: 2000, to: 2000 } } });
    const hasty = { requestHandler: { requestTimeout: 100, throwOnRequestTimeout: true } };
    const reading = pages(slow, await fed(slow), hasty);
    expect(await reading.page(range, undefined, patience())).toMatchObject({ kind: 'again', throttled: false });
    const gone = await startCloudWatchLogs();
    await gone.close();
    const lost = pages(gone, source());
    expect(await lost.page(range, undefined, patience())).toMatchObject({ kind: 'again', throttled: false });
  });

  test('an aborted request does not wait for its answer', async () => {
    const server = await logs({ faults: { slow: { from: 5000, to: 5000 } } });
    const reading = pages(server, await fed(server));
    const began = Date.now();
    expect(await reading.page(range, undefined, AbortSignal.timeout(100))).toMatchObject({ kind: 'again' });
    expect(Date.now() - began).toBeLessThan(3000);
  });

  test('a group that is not there stops the run and is named', async () => {
    const server = await logs();
    const of = source();
    const reading = pages(server, of).page(range, undefined, patience());
    await expect(reading).rejects.toThrow(Stopped);
    await expect(reading).rejects.toThrow(`There is no log group ${of.group} in eu-west-1`);
  });

  test('credentials that the SDK does not find stop the run', async () => {
    const server = await logs();
    const credentials = async () => {
      throw Object.assign(new Error('Could not load credentials from any providers'), {
        name: 'CredentialsProviderError',
      });
    };
    const reading = pages(server, await fed(server), { credentials }).page(range, undefined, patience());
    await expect(reading).rejects.toThrow(/^No valid AWS credentials/);
  });
});
