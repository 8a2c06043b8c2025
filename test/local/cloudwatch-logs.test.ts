import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  type FilteredLogEvent,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  GetLogEventsCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type CloudWatchLogs,
  type CloudWatchLogsOptions,
  startCloudWatchLogs,
} from '../../local/cloudwatch-logs/server.ts';

const GROUP = '/aws/eks/prod/cluster';
const AUDIT = 'kube-apiserver-audit-';
const ONE = `${AUDIT}1`;
const TWO = `${AUDIT}2`;
const NOW = Date.UTC(2026, 4, 4, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(
  options: CloudWatchLogsOptions = {},
): Promise<{ logs: CloudWatchLogs; client: CloudWatchLogsClient }> {
  const logs = await startCloudWatchLogs({ now: () => NOW, ...options });
  closing.push(() => logs.close());
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const client = new CloudWatchLogsClient({
    endpoint: logs.endpoint,
    region: 'eu-west-1',
    credentials,
    maxAttempts: 1,
  });
  closing.push(() => client.destroy());
  return { logs, client };
}

const events = (count: number, from = NOW - HOUR, step = 1000, message = (i: number): string => `message ${i}`) =>
  Array.from({ length: count }, (_, i) => ({ timestamp: from + i * step, message: message(i) }));

type Query = Partial<FilterLogEventsCommandInput>;

const page = (client: CloudWatchLogsClient, query: Query = {}) =>
  client.send(new FilterLogEventsCommand({ logGroupName: GROUP, ...query }));

async function readAll(client: CloudWatchLogsClient, query: Query = {}): Promise<FilteredLogEvent[][]> {
  const pages: FilteredLogEvent[][] = [];
  let nextToken: string | undefined;
  do {
    const answer = await page(client, { ...query, nextToken });
    pages.push(answer.events ?? []);
    nextToken = answer.nextToken;
  } while (nextToken !== undefined && pages.length < 500);
  return pages;
}

const messages = (pages: readonly FilteredLogEvent[][]) => pages.flat().map((event) => event.message);
const timestamps = (pages: readonly FilteredLogEvent[][]) => pages.flat().map((event) => event.timestamp ?? 0);
const refusal = (name: string) => expect.objectContaining({ name });

describe('FilterLogEvents', () => {
  it('merges the streams of a prefix by timestamp and leaves other streams out', async () => {
    const { logs, client } = await start();
    await logs.put(GROUP, ONE, events(50, NOW - HOUR, 2000));
    await logs.put(GROUP, TWO, events(50, NOW - HOUR + 1000, 2000));
    await logs.put(GROUP, 'kube-apiserver-3', events(10));
    const pages = await readAll(client, { logStreamNamePrefix: AUDIT });
    expect(timestamps(pages)).toEqual(events(100).map(({ timestamp }) => timestamp));
    expect(new Set(pages.flat().map((event) => event.logStreamName))).toEqual(new Set([ONE, TWO]));
  });

  it('orders events of one millisecond by ingestion time, then by put', async () => {
    let now = NOW;
    const { logs, client } = await start({ now: () => now });
    const tie = (message: string) => [{ timestamp: NOW - HOUR, message }];
    now = NOW + 1000;
    await logs.put(GROUP, ONE, tie('third'));
    now = NOW;
    await logs.put(GROUP, TWO, tie('first'));
    await logs.put(GROUP, ONE, tie('second'));
    now = NOW + 1000;
    expect(messages(await readAll(client))).toEqual(['first', 'second', 'third']);
  });

  it('takes both ends as inclusive, and 0 as a time', async () => {
    const { logs, client } = await start();
    await logs.put(GROUP, ONE, events(10));
    const range = { startTime: NOW - HOUR + 2000, endTime: NOW - HOUR + 4000 };
    expect(messages(await readAll(client, range))).toEqual(['message 2', 'message 3', 'message 4']);
    expect(messages(await readAll(client, { endTime: 0 }))).toEqual([]);
  });

  it('gives 5,000 events of one millisecond once, over many pages', async () => {
    const { logs, client } = await start();
    await logs.put(GROUP, ONE, events(2500, NOW - HOUR, 0));
    await logs.put(GROUP, TWO, events(2500, NOW - HOUR, 0));
    const pages = await readAll(client, { limit: 333 });
    expect(new Set(pages.flat().map((event) => event.eventId)).size).toBe(5000);
    expect(pages.flat()).toHaveLength(5000);
    expect(Math.max(...pages.map((events) => events.length))).toBe(333);
  });

  it('ends a page at 1 MiB of messages', async () => {
    const { logs, client } = await start();
    await logs.put(
      GROUP,
      ONE,
      events(3, NOW - HOUR, 1, () => 'ü'.repeat(2 ** 18)),
    );
    expect((await readAll(client)).map((events) => events.length)).toEqual([2, 1]);
  });

  it('gives an event larger than a page alone', async () => {
    const { logs, client } = await start();
    await logs.put(
      GROUP,
      ONE,
      events(2, NOW - HOUR, 1, () => 'x'.repeat(2 ** 20 + 1)),
    );
    expect((await readAll(client)).map((events) => events.length)).toEqual([1, 1]);
  });

  it('ends a page at 10,000 events', async () => {
    const { logs, client } = await start();
    await logs.put(GROUP, ONE, events(10_001, NOW - HOUR, 1));
    expect((await readAll(client)).map((events) => events.length)).toEqual([10_000, 1]);
  });

  it('goes on after the last event it gave when others have come', async () => {
    const { logs, client } = await start();
    await logs.put(GROUP, ONE, events(10));
    const first = await page(client, { limit: 5 });
    await logs.put(GROUP, TWO, events(10, NOW - HOUR + 500));
    const rest = await readAllFrom(client, first.nextToken);
    const expected = [...events(5, NOW - HOUR + 5000), ...events(6, NOW - HOUR + 4500)];
    expect(rest).toEqual(expected.map(({ timestamp }) => timestamp).sort((a, b) => a - b));
  });

  it('refuses a token of another query and what is no token', async () => {
    const { logs, client } = await start();
    await logs.put(GROUP, ONE, events(10));
    const { nextToken } = await page(client, { limit: 5, logStreamNamePrefix: AUDIT });
    const refused = refusal('InvalidParameterException');
    await expect(page(client, { nextToken })).rejects.toEqual(refused);
    await expect(page(client, { nextToken, logStreamNamePrefix: AUDIT, startTime: 1 })).rejects.toEqual(refused);
    await expect(page(client, { nextToken: 'garbage' })).rejects.toEqual(refused);
  });

  it('refuses a token that is a day old', async () => {
    let now = NOW;
    const { logs, client } = await start({ now: () => now });
    await logs.put(GROUP, ONE, events(10));
    const { nextToken } = await page(client, { limit: 5 });
    now += DAY + 1;
    await expect(page(client, { nextToken })).rejects.toEqual(refusal('InvalidParameterException'));
  });

  it('reads from the newest when it shall not start from the head', async () => {
    const { logs, client } = await start();
    await logs.put(GROUP, ONE, events(10));
    const query = { startFromHead: false, startTime: NOW - DAY, limit: 3 };
    expect(timestamps(await readAll(client, query))).toEqual(
      events(10)
        .map(({ timestamp }) => timestamp)
        .reverse(),
    );
    await expect(page(client, { startFromHead: false })).rejects.toEqual(refusal('InvalidParameterException'));
  });

  it('takes the ARN of a group, with and without its star', async () => {
    const { logs, client } = await start();
    await logs.put(GROUP, ONE, events(3));
    const { logGroups = [] } = await client.send(new DescribeLogGroupsCommand({}));
    for (const logGroupIdentifier of [logGroups[0]?.arn, logGroups[0]?.logGroupArn]) {
      const pages = await readAll(client, { logGroupName: undefined, logGroupIdentifier });
      expect(pages.flat()).toHaveLength(3);
    }
  });

  it.each<[string, Query, string]>([
    ['a group that is not there', { logGroupName: '/no' }, 'ResourceNotFoundException'],
    ['a stream that is not there', { logStreamNames: ['no'] }, 'ResourceNotFoundException'],
    ['names beside a prefix', { logStreamNames: [ONE], logStreamNamePrefix: AUDIT }, 'InvalidParameterException'],
    ['a limit over 10,000', { limit: 10_001 }, 'InvalidParameterException'],
    ['a limit of nothing', { limit: 0 }, 'InvalidParameterException'],
    ['a pattern that it does not know', { filterPattern: '{ $.a = 1 }' }, 'InvalidParameterException'],
  ])('refuses %s', async (_, query, name) => {
    const { logs, client } = await start();
    await logs.put(GROUP, ONE, events(1));
    await expect(page(client, query)).rejects.toEqual(refusal(name));
  });
});

async function readAllFrom(client: CloudWatchLogsClient, nextToken: string | undefined): Promise<number[]> {
  const answer = await page(client, { nextToken, limit: 100 });
  expect(answer.nextToken).toBeUndefined();
  return timestamps([answer.events ?? []]);
}

describe('GetLogEvents', () => {
  const get = (client: CloudWatchLogsClient, input = {}) =>
    client.send(new GetLogEventsCommand({ logGroupName: GROUP, logStreamName: ONE, ...input }));

  it.each([
    ['forward', true, 'nextForwardToken'],
    ['backward', false, 'nextBackwardToken'],
  ] as const)('pages %s until it gives the same token again', async (_, startFromHead, key) => {
    const { logs, client } = await start();
    await logs.put(GROUP, ONE, events(10));
    const seen: (string | undefined)[] = [];
    let token: string | undefined;
    for (let ended = false; !ended; ) {
      const answer = await get(client, { startFromHead, limit: 4, nextToken: token });
      seen.push(...(answer.events ?? []).map((event) => event.message));
      ended = answer[key] === token;
      token = answer[key];
    }
    expect(seen.toSorted()).toEqual(events(10).map(({ message }) => message));
  });

  it('takes its end as exclusive and sees what came after its token', async () => {
    const { logs, client } = await start();
    await logs.put(GROUP, ONE, events(3));
    const answer = await get(client, { startFromHead: true, endTime: NOW - HOUR + 2000 });
    expect(answer.events).toHaveLength(2);
    await logs.put(GROUP, ONE, [{ timestamp: NOW, message: 'new' }]);
    const next = await get(client, { nextToken: answer.nextForwardToken });
    expect(next.events?.map((event) => event.message)).toEqual(['message 2', 'new']);
  });
});

describe('PutLogEvents', () => {
  const put = async (client: CloudWatchLogsClient, logEvents: { timestamp: number; message: string }[]) => {
    await client.send(new CreateLogGroupCommand({ logGroupName: GROUP }));
    await client.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName: ONE }));
    return client.send(new PutLogEventsCommand({ logGroupName: GROUP, logStreamName: ONE, logEvents }));
  };
  const message = 'x';

  it.each([
    ['nothing', []],
    ['an empty message', [{ timestamp: NOW, message: '' }]],
    [
      'events against time',
      [
        { timestamp: NOW, message },
        { timestamp: NOW - 1, message },
      ],
    ],
    [
      'more than 24 hours',
      [
        { timestamp: NOW - DAY - 1, message },
        { timestamp: NOW, message },
      ],
    ],
    ['more than 10,000 events', events(10_001, NOW - HOUR, 1)],
    ['more than 1 MiB with 26 bytes an event', events(2, NOW, 0, () => 'x'.repeat(2 ** 19 - 25))],
  ])('refuses %s', async (_, batch) => {
    const { client } = await start();
    await expect(put(client, batch)).rejects.toEqual(refusal('InvalidParameterException'));
  });

  it('takes exactly 1 MiB with 26 bytes an event', async () => {
    const { client } = await start();
    await put(
      client,
      events(2, NOW, 0, () => 'x'.repeat(2 ** 19 - 26)),
    );
    expect((await readAll(client)).flat()).toHaveLength(2);
  });

  it('leaves out what is over two hours in the future', async () => {
    const { client } = await start();
    const answer = await put(client, [
      { timestamp: NOW + 2 * HOUR, message: 'kept' },
      { timestamp: NOW + 2 * HOUR + 1, message },
    ]);
    expect(answer.rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 1 });
    expect(messages(await readAll(client))).toEqual(['kept']);
  });

  it('leaves out what is over 14 days old', async () => {
    const { client } = await start();
    const answer = await put(client, [
      { timestamp: NOW - 14 * DAY - 1, message },
      { timestamp: NOW - 14 * DAY, message: 'kept' },
    ]);
    expect(answer.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 });
    expect(messages(await readAll(client))).toEqual(['kept']);
  });
});

it('knows the newest event of a group', async () => {
  const { logs } = await start();
  expect(logs.newest(GROUP)).toBeUndefined();
  await logs.put(GROUP, ONE, events(2));
  await logs.put(GROUP, TWO, events(1));
  expect(logs.newest(GROUP)).toBe(NOW - HOUR + 1000);
});

describe('retention and deletion', () => {
  it('does not serve what is older than the retention', async () => {
    const { logs, client } = await start();
    await logs.put(GROUP, ONE, [
      { timestamp: NOW - DAY - 1, message: 'expired' },
      { timestamp: NOW - DAY, message: 'kept' },
    ]);
    await client.send(new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays: 1 }));
    expect(messages(await readAll(client))).toEqual(['kept']);
    const { logGroups } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: GROUP }));
    expect(logGroups).toEqual([expect.objectContaining({ logGroupName: GROUP, retentionInDays: 1 })]);
  });

  it('refuses a retention that the service does not have', async () => {
    const { logs, client } = await start();
    await logs.put(GROUP, ONE, events(1));
    const command = new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays: 2 });
    await expect(client.send(command)).rejects.toEqual(refusal('InvalidParameterException'));
  });

  it('forgets a deleted stream, and a deleted group that is made anew', async () => {
    const { logs, client } = await start();
    await logs.put(GROUP, ONE, events(1));
    await logs.put(GROUP, TWO, events(2));
    await client.send(new DeleteLogStreamCommand({ logGroupName: GROUP, logStreamName: ONE }));
    expect((await readAll(client)).flat()).toHaveLength(2);
    await client.send(new DeleteLogGroupCommand({ logGroupName: GROUP }));
    await expect(page(client)).rejects.toEqual(refusal('ResourceNotFoundException'));
    await client.send(new CreateLogGroupCommand({ logGroupName: GROUP }));
    expect((await readAll(client)).flat()).toEqual([]);
  });

  it('pages through streams by name and by their last event', async () => {
    const { logs, client } = await start();
    for (let i = 0; i < 3; i++) await logs.put(GROUP, `${AUDIT}${i}`, [{ timestamp: NOW - i, message: 'x' }]);
    const first = await client.send(new DescribeLogStreamsCommand({ logGroupName: GROUP, limit: 2 }));
    const second = await client.send(
      new DescribeLogStreamsCommand({ logGroupName: GROUP, limit: 2, nextToken: first.nextToken }),
    );
    const names = [...(first.logStreams ?? []), ...(second.logStreams ?? [])].map((stream) => stream.logStreamName);
    expect(names).toEqual([`${AUDIT}0`, `${AUDIT}1`, `${AUDIT}2`]);
    expect(second.nextToken).toBeUndefined();
    const byEvent = await client.send(new DescribeLogStreamsCommand({ logGroupName: GROUP, orderBy: 'LastEventTime' }));
    expect(byEvent.logStreams?.map((stream) => stream.logStreamName)).toEqual(names.toReversed());
  });
});

describe('faults', () => {
  it('throttles FilterLogEvents beyond its requests per second', async () => {
    let now = NOW;
    const { logs, client } = await start({ now: () => now, faults: { throttle: 2 } });
    await logs.put(GROUP, ONE, events(1));
    await page(client);
    await page(client);
    const refused = expect.objectContaining({
      name: 'ThrottlingException',
      $metadata: expect.objectContaining({ httpStatusCode: 400 }),
    });
    await expect(page(client)).rejects.toEqual(refused);
    now += 500;
    await expect(page(client)).resolves.toBeDefined();
    expect(logs.requests).toEqual({ FilterLogEvents: 4 });
    expect(logs.refusals).toEqual({ ThrottlingException: 1 });
  });

  it('gives empty pages with a token and loses nothing', async () => {
    const { logs, client } = await start({ faults: { emptyEvery: 2 } });
    await logs.put(GROUP, ONE, events(10));
    const pages = await readAll(client, { limit: 5 });
    expect(pages.map((events) => events.length)).toEqual([5, 0, 5]);
  });

  it('makes a late event readable when its ingestion time has come', async () => {
    let now = NOW;
    const { logs, client } = await start({ now: () => now, faults: { lateness: { from: 1000, to: 1000 } } });
    await logs.put(GROUP, ONE, events(1));
    now += 999;
    expect(messages(await readAll(client))).toEqual([]);
    now += 1;
    expect((await readAll(client)).flat()).toEqual([expect.objectContaining({ ingestionTime: NOW + 1000 })]);
  });

  it('answers reads with errors of the server, of both kinds', async () => {
    const { logs, client } = await start({ faults: { errors: 1 } });
    await logs.put(GROUP, ONE, events(1));
    for (let i = 0; i < 20; i++)
      await expect(page(client)).rejects.toEqual(expect.objectContaining({ $fault: 'server' }));
    expect(Object.keys(logs.refusals).toSorted()).toEqual(['InternalServerException', 'ServiceUnavailableException']);
  });

  it('answers slowly', async () => {
    const { logs, client } = await start({ faults: { slow: { from: 60, to: 60 } } });
    await logs.put(GROUP, ONE, events(1));
    const began = performance.now();
    await page(client);
    expect(performance.now() - began).toBeGreaterThanOrEqual(59);
  });

  it('shuffles within and across pages, and still gives each event once while others arrive', async () => {
    const { logs, client } = await start({ faults: { shuffle: true } });
    await logs.put(GROUP, ONE, events(100));
    const seen: string[] = [];
    const pages: number[][] = [];
    let nextToken: string | undefined;
    do {
      const answer = await page(client, { limit: 7, nextToken });
      pages.push(timestamps([answer.events ?? []]));
      seen.push(...(answer.events ?? []).map((event) => event.message ?? ''));
      await logs.put(GROUP, TWO, [{ timestamp: NOW - HOUR + pages.length * 3000, message: `new ${pages.length}` }]);
      nextToken = answer.nextToken;
    } while (nextToken !== undefined);
    expect(seen.filter((message) => message.startsWith('message')).toSorted()).toEqual(
      events(100)
        .map(({ message }) => message)
        .toSorted(),
    );
    expect(new Set(seen).size).toBe(seen.length);
    expect(pages.some((page, i) => Math.min(...page) < Math.max(...(pages[i - 1] ?? [0])))).toBe(true);
    expect(pages.some((page) => page.some((timestamp, i) => timestamp < (page[i - 1] ?? 0)))).toBe(true);
  });

  it('leaves events out of one read that another has', async () => {
    const { logs, client } = await start({ faults: { leaveOut: 0.1 } });
    await logs.put(GROUP, ONE, events(200));
    const one = messages(await readAll(client));
    const other = messages(await readAll(client));
    expect(one.length).toBeLessThan(200);
    expect(one).not.toEqual(other);
    expect(new Set([...one, ...other]).size).toBeGreaterThan(Math.max(one.length, other.length));
  });

  it('draws the same faults from the same seed', async () => {
    const reads = await Promise.all(
      [7, 7, 8].map(async (seed) => {
        const { logs, client } = await start({ seed, faults: { leaveOut: 0.3 } });
        await logs.put(GROUP, ONE, events(100));
        return messages(await readAll(client));
      }),
    );
    expect(reads[0]).toEqual(reads[1]);
    expect(reads[0]).not.toEqual(reads[2]);
  });

  it('are changed over HTTP, and what is none is refused with a sentence', async () => {
    const { logs, client } = await start({ faults: { leaveOut: 1 } });
    await logs.put(GROUP, ONE, events(1));
    const put = (change: object) => fetch(`${logs.endpoint}/faults`, { method: 'PUT', body: JSON.stringify(change) });
    expect(await (await put({ shuffle: true })).json()).toMatchObject({ shuffle: true, leaveOut: 1 });
    await put({ leaveOut: 0 });
    expect((await readAll(client)).flat()).toHaveLength(1);
    const refused = await put({ leaveout: 1 });
    expect(refused.status).toBe(400);
    expect(JSON.stringify(await refused.json())).toContain('leaveout');
  });
});

describe('a directory', () => {
  const directory = (): string => {
    const made = mkdtempSync(join(tmpdir(), 'cloudwatch-logs-'));
    closing.push(() => rmSync(made, { recursive: true }));
    return made;
  };

  it('keeps groups, streams, events, retention and deletions, also without a close', async () => {
    const kept = directory();
    const { logs, client } = await start({ directory: kept });
    await logs.put(
      GROUP,
      ONE,
      events(1200, NOW - HOUR, 1, (i) => `line\u2028${i}\n`),
    );
    await logs.put(GROUP, TWO, events(1));
    await client.send(new DeleteLogStreamCommand({ logGroupName: GROUP, logStreamName: TWO }));
    await client.send(new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays: 14 }));
    const before = await readAll(client);
    const again = await start({ directory: kept });
    expect(await readAll(again.client)).toEqual(before);
    const { logGroups } = await again.client.send(new DescribeLogGroupsCommand({}));
    expect(logGroups?.[0]).toMatchObject({ retentionInDays: 14, creationTime: NOW });
    await again.logs.put(GROUP, ONE, events(1));
    const ids = (await readAll(again.client)).flat().map((event) => event.eventId);
    expect(new Set(ids).size).toBe(1201);
  });

  it('drops a last line that was never acknowledged', async () => {
    const kept = directory();
    const { logs } = await start({ directory: kept });
    await logs.put(GROUP, ONE, events(2));
    appendFileSync(join(kept, 'cloudwatch-logs.ndjson'), '{"op":"events","group');
    const again = await start({ directory: kept });
    await again.logs.put(GROUP, ONE, events(1));
    const third = await start({ directory: kept });
    expect((await readAll(third.client)).flat()).toHaveLength(3);
  });

  it('refuses a line that it did not write, with its place', async () => {
    const kept = directory();
    const file = join(kept, 'cloudwatch-logs.ndjson');
    appendFileSync(file, '{"op":"group","group":"a","at":1}\n{"op":"nothing"}\n');
    await expect(startCloudWatchLogs({ directory: kept })).rejects.toThrow(`${file}:2`);
  });
});
