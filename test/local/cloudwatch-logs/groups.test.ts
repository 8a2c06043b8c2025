import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, it } from 'vitest';
import { DAY } from '../../../lambda/core/time.ts';
import { AUDIT, events, GROUP, HOUR, messages, NOW, ONE, page, readAll, refusal, start, TWO } from './emulator.ts';

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
