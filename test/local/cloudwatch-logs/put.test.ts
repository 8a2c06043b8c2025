import {
  type CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, it } from 'vitest';
import { DAY } from '../../../lambda/core/time.ts';
import { events, GROUP, HOUR, messages, NOW, ONE, readAll, refusal, start } from './emulator.ts';

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
