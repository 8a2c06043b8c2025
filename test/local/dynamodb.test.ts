import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { DescribeTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, onTestFinished, test } from 'vitest';
import { TABLE_KEYS } from '../../lambda/contract.ts';
import { createTable, startDynamoDB } from '../../local/dynamodb.ts';
import { newFolder } from '../support/folder.ts';
import { standIn } from '../support/stand-in.ts';

const TABLE = 'audit';
const ITEM = { source: { S: 'a' }, item: { S: 'checkpoint' }, fence: { N: '7' } };

function clientOf(endpoint: string): DynamoDBClient {
  const client = new DynamoDBClient(standIn(endpoint));
  onTestFinished(() => client.destroy());
  return client;
}

async function started(directory?: string): Promise<DynamoDBClient> {
  const running = await startDynamoDB(directory === undefined ? {} : { directory });
  onTestFinished(running.close);
  return clientOf(running.endpoint);
}

test('the table has the keys of the contract', async () => {
  const client = await started();
  await createTable(client, TABLE);
  const { Table } = await client.send(new DescribeTableCommand({ TableName: TABLE }));
  expect(Table?.KeySchema).toEqual([
    { AttributeName: TABLE_KEYS.partition, KeyType: 'HASH' },
    { AttributeName: TABLE_KEYS.sort, KeyType: 'RANGE' },
  ]);
});

test('making a table that is there keeps its items', async () => {
  const client = await started();
  await createTable(client, TABLE);
  await client.send(new PutItemCommand({ TableName: TABLE, Item: ITEM }));
  await createTable(client, TABLE);
  const { Item } = await client.send(
    new GetItemCommand({ TableName: TABLE, Key: { source: ITEM.source, item: ITEM.item } }),
  );
  expect(Item).toEqual(ITEM);
});

test('an item survives the SIGKILL of the process that holds the folder, which is closed to a second one', async () => {
  const directory = newFolder();
  const script = `import { startDynamoDB } from './local/dynamodb.ts';
    console.log((await startDynamoDB({ directory: ${JSON.stringify(directory)} })).endpoint);`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void holder.kill('SIGKILL'));
  const [endpoint] = await once(holder.stdout.setEncoding('utf8'), 'data');
  const first = clientOf(String(endpoint).trim());
  await createTable(first, TABLE);
  await first.send(new PutItemCommand({ TableName: TABLE, Item: ITEM }));
  await expect(startDynamoDB({ directory })).rejects.toThrow(/another process uses it/);

  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const second = await started(directory);
  const { Item } = await second.send(
    new GetItemCommand({ TableName: TABLE, Key: { source: ITEM.source, item: ITEM.item } }),
  );
  expect(Item).toEqual(ITEM);
});
