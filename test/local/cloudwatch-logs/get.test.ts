import { type CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, it } from 'vitest';
import { events, GROUP, HOUR, NOW, ONE, start } from './emulator.ts';

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
