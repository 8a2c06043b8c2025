import { type CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, it } from 'vitest';
import { DAY } from '../../../lambda/core/time.ts';
import {
  AUDIT,
  events,
  GROUP,
  HOUR,
  messages,
  NOW,
  ONE,
  page,
  type Query,
  readAll,
  refusal,
  start,
  TWO,
  timestamps,
} from './emulator.ts';

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
