import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { partitionOf, type Source, TABLE_KEYS } from '../../lambda/contract.ts';

import { begin } from '../../lambda/core/minutes/checkpoint.ts';
import { Stopped } from '../../lambda/core/stopped.ts';
import { MINUTE } from '../../lambda/core/time.ts';
import { DynamoCheckpoints } from '../../lambda/edges/dynamodb.ts';
import { DynamoLedger } from '../../lambda/edges/ledger.ts';
import { SourceTable } from '../../lambda/edges/table.ts';
import { createTable, type RunningDynamoDB, startDynamoDB } from '../../local/dynamodb.ts';
import { CLUSTER, NOON, row } from '../support/builders.ts';
import { checkpointStoreContract } from '../support/contracts/checkpoint-store.ts';
import { ledgerContract } from '../support/contracts/ledger.ts';
import { standIn } from '../support/stand-in.ts';

const TABLE = 'a-table';
let dynamodb: RunningDynamoDB;
let client: DynamoDBClient;

const config = () => standIn(dynamodb.endpoint);

beforeAll(async () => {
  dynamodb = await startDynamoDB();
  client = new DynamoDBClient(config());
  await createTable(client, TABLE);
});
afterAll(async () => {
  client.destroy();
  await dynamodb.close();
});

/** A source that no other test has. */
const newSource = (): Source => ({ ...CLUSTER.source, group: `/aws/eks/${randomUUID()}/cluster` });
const storeOf = (source: Source, table = TABLE) => new DynamoCheckpoints(new SourceTable(table, source, config()));

async function itemOf(source: Source): Promise<Record<string, unknown> | undefined> {
  const Key = { [TABLE_KEYS.partition]: partitionOf(source), [TABLE_KEYS.sort]: 'checkpoint' };
  const { Item } = await DynamoDBDocumentClient.from(client).send(new GetCommand({ TableName: TABLE, Key }));
  return Item;
}

describe('the store in DynamoDB', () => {
  checkpointStoreContract(() => storeOf(newSource()));

  test('two instances of one source share the lease, those of two sources do not', async () => {
    const [source, other] = [newSource(), newSource()];
    await storeOf(source).acquire('one', NOON, NOON + 1000);
    expect(await storeOf(source).acquire('two', NOON, NOON + 1000)).toMatchObject({ kind: 'held', owner: 'one' });
    expect(await storeOf(other).acquire('two', NOON, NOON + 1000)).toMatchObject({ kind: 'acquired' });
  });

  test('of many who ask at once, one gets the lease', async () => {
    const source = newSource();
    const asked = Array.from({ length: 8 }, (_, at) => storeOf(source).acquire(`run ${at}`, NOON, NOON + 1000));
    const kinds = (await Promise.all(asked)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'acquired')).toHaveLength(1);
  });

  test("the server's clock comes with the lease", async () => {
    const answer = await storeOf(newSource()).acquire('one', NOON, NOON + 1000);
    if (answer.kind === 'held') throw new Error('held');
    expect(Math.abs((answer.serverTime ?? 0) - Date.now())).toBeLessThan(5000);
  });

  test('the item repeats its source and shows cursors as times', async () => {
    const source = newSource();
    const store = storeOf(source);
    await store.acquire('one', NOON, NOON + 1000);
    await store.save(begin('2026-11-21T10:00:00Z', [0, 120], NOON), 1);
    await store.release(1);
    const { account, region, group: logGroup, prefix: streamPrefix } = source;
    const cursors = { 0: '2026-11-21T10:00:00.000Z', 120: '2026-11-21T10:00:00.000Z' };
    const item = await itemOf(source);
    expect(item).toMatchObject({ account, region, logGroup, streamPrefix, cursors, fence: 1 });
    expect(item).not.toHaveProperty('leaseOwner');
  });

  test('a table that is not there stops the run with a sentence', async () => {
    const acquiring = storeOf(newSource(), 'another-table').acquire('one', NOON, NOON + 1000);
    await expect(acquiring).rejects.toThrow(Stopped);
    await expect(acquiring).rejects.toThrow(/^There is no DynamoDB table another-table/);
  });
});

describe('the ledger in DynamoDB', () => {
  ledgerContract(() => new DynamoLedger(new SourceTable(TABLE, newSource(), config())));

  test('tells the rows of more than one page of answers', async () => {
    const ledger = new DynamoLedger(new SourceTable(TABLE, newSource(), config()));
    // An answer holds 1 MB; each of these rows has some 10 kB.
    const parked = Object.fromEntries(
      Array.from({ length: 400 }, (_, at) => [`a reason of some length, number ${at}`, at]),
    );
    for (let at = 0; at < 120; at += 1) {
      const minute = NOON + at * MINUTE;
      await ledger.write(row({ parked, minute }), undefined);
    }
    expect((await ledger.rows(NOON, NOON + 120 * MINUTE)).size).toBe(120);
  });
});
