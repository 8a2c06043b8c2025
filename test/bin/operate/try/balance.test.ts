import { expect, onTestFinished, test } from 'vitest';
import { type Balance, balanceOf } from '../../../../bin/operate/try/balance.ts';
import { Confirmed } from '../../../../lambda/core/document/confirmed.ts';
import { hashOf } from '../../../../lambda/core/hash.ts';
import { floorMinute, MINUTE } from '../../../../lambda/core/time.ts';
import { systemClock } from '../../../../lambda/edges/clock.ts';
import { CloudWatchPages } from '../../../../lambda/edges/cloudwatch.ts';
import { DynamoCheckpoints } from '../../../../lambda/edges/dynamodb.ts';
import { DynamoLedger } from '../../../../lambda/edges/ledger.ts';
import { SourceTable } from '../../../../lambda/edges/table.ts';
import { run } from '../../../../lambda/run.ts';
import { sourceOf, startAws, TABLE } from '../../../../local/aws.ts';
import { EVERYTHING, event, settings } from '../../../support/builders.ts';
import { MemorySink } from '../../../support/fakes/sink.ts';
import { standIn } from '../../../support/stand-in.ts';

const source = sourceOf('prod');
const MINE = hashOf(EVERYTHING);

async function fed() {
  const aws = await startAws();
  onTestFinished(() => aws.close());
  const put = (stream: string, number: number, timestamp: number) =>
    aws.logs.put(
      source.group,
      stream,
      Array.from({ length: number }, (_, at) => ({
        timestamp,
        message: JSON.stringify(event({ auditID: `${timestamp}-${at}` })),
      })),
    );
  const now = Date.now();
  await put(`${source.prefix}1`, 7, floorMinute(now) - 3 * MINUTE);
  await put(`${source.prefix}1`, 5, now);
  await put('authenticator-1', 3, now);
  return { aws, put };
}

test('before the first run every line of the audit log waits', async () => {
  const { aws } = await fed();
  const balance = await balanceOf(aws, source, { policy: MINE, begun: Date.now() });
  const nothing = { inLedger: 0, byOthers: 0, late: 0, missing: 0 };
  expect(balance).toEqual({ ...nothing, fed: 15, notRead: balance.notRead, notOver: balance.notOver, otherStreams: 3 });
  expect(balance.notRead).toBeGreaterThanOrEqual(7);
  expect(balance.notRead + balance.notOver).toBe(12);
});

test('a run’s lines are in the ledger once their minute is over; what comes then is late, or missing where no look will come', async () => {
  const { aws, put } = await fed();
  const table = new SourceTable(TABLE, source, standIn(aws.dynamodb.endpoint));
  const now = Date.now();
  const ports = {
    source: new CloudWatchPages(source, standIn(aws.logs.endpoint)),
    sink: new MemorySink(),
    store: new DynamoCheckpoints(table),
    ledger: new DynamoLedger(table),
    meter: { emit: () => {} },
    clock: systemClock,
    memory: { indices: new Set<string>(), confirmed: new Confirmed() },
  };
  const report = await run(settings({ source, table: TABLE, startFrom: 900, ages: [0, 120] }), ports, {
    id: 'me',
    deadline: now + 30_000,
  });
  expect(report).toMatchObject({ caughtUp: true, tally: { ended: 'succeeded' } });
  const balance = await balanceOf(aws, source, { policy: MINE, begun: now });
  expect(balance).toMatchObject({ fed: 15, byOthers: 0, notRead: 0, otherStreams: 3 });
  expect(balance.inLedger).toBeGreaterThanOrEqual(7);
  expect(balance).toMatchObject({ late: 0, missing: 0 });
  expect(sumOf(balance)).toBe(15);
  await put(`${source.prefix}1`, 1, floorMinute(now) - MINUTE);
  await put(`${source.prefix}1`, 2, floorMinute(now) - 5 * MINUTE);
  const after = await balanceOf(aws, source, { policy: 'another', begun: now });
  expect(after).toMatchObject({ fed: 18, late: 1, missing: 2, byOthers: after.inLedger });
  expect(sumOf(after)).toBe(18);
});

function sumOf({ inLedger, notRead, notOver, late, missing, otherStreams }: Balance): number {
  return inLedger + notRead + notOver + late + missing + otherStreams;
}
