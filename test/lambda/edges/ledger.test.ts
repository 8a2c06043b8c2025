import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { DAY, MINUTE } from '../../../lambda/core/time.ts';
import { DynamoLedger } from '../../../lambda/edges/ledger.ts';
import { SourceTable } from '../../../lambda/edges/table.ts';
import { CLUSTER, EVERYTHING, NOON, row } from '../../support/builders.ts';

const sdk = mockClient(DynamoDBDocumentClient);
beforeEach(() => sdk.reset());
afterAll(() => sdk.restore());

const ledger = new DynamoLedger(new SourceTable('a-table', CLUSTER.source, { region: 'eu-west-1' }));

test('a policy and rows are read as they were written last: a miss would have minutes judged by another policy', async () => {
  sdk.on(GetCommand).resolves({ Item: { policy: JSON.stringify(EVERYTHING) } });
  sdk.on(QueryCommand).resolves({ Items: [] });
  expect(await ledger.policy('a-hash')).toEqual(EVERYTHING);
  await ledger.rows(NOON, NOON + MINUTE);
  const asked = [...sdk.commandCalls(GetCommand), ...sdk.commandCalls(QueryCommand)];
  expect(asked.map(({ args }) => args[0].input.ConsistentRead)).toEqual([true, true]);
});

test.each([
  ['says how many lines it can’t account for', 7, 3],
  ['says nothing of it where every line is', 10, undefined],
])('a row %s', async (_, kept, unaccounted) => {
  sdk.on(PutCommand).resolves({});
  await ledger.write(row({ kept }), undefined);
  expect(sdk.commandCalls(PutCommand)[0]?.args[0].input.Item?.unaccounted).toBe(unaccounted);
});

test('a row is kept for 400 days after its minute, and after it was read', async () => {
  sdk.on(PutCommand).resolves({});
  const old = row({ minute: NOON - 500 * DAY, readAt: NOON });
  await ledger.write(row(), undefined);
  await ledger.write(old, undefined);
  const expires = sdk.commandCalls(PutCommand).map(({ args }) => Number(args[0].input.Item?.expiresAt) * 1000);
  expect(expires).toEqual([row().readAt + 400 * DAY, NOON + 400 * DAY]);
});
