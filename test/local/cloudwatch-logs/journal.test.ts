import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DeleteLogStreamCommand,
  DescribeLogGroupsCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, it } from 'vitest';
import { startCloudWatchLogs } from '../../../local/cloudwatch-logs/server.ts';
import { newFolder } from '../../support/folder.ts';
import { events, GROUP, HOUR, NOW, ONE, readAll, start, TWO } from './emulator.ts';

describe('a directory', () => {
  it('keeps groups, streams, events, retention and deletions, also without a close', async () => {
    const kept = newFolder();
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
    const kept = newFolder();
    const { logs } = await start({ directory: kept });
    await logs.put(GROUP, ONE, events(2));
    appendFileSync(join(kept, 'cloudwatch-logs.ndjson'), '{"op":"events","group');
    const again = await start({ directory: kept });
    await again.logs.put(GROUP, ONE, events(1));
    const third = await start({ directory: kept });
    expect((await readAll(third.client)).flat()).toHaveLength(3);
  });

  it('refuses a line that it did not write, with its place', async () => {
    const kept = newFolder();
    const file = join(kept, 'cloudwatch-logs.ndjson');
    appendFileSync(file, '{"op":"group","group":"a","at":1}\n{"op":"nothing"}\n');
    await expect(startCloudWatchLogs({ directory: kept })).rejects.toThrow(`${file}:2`);
  });
});
