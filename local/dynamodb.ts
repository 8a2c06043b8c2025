import { mkdirSync } from 'node:fs';
import { inspect } from 'node:util';
import { CreateTableCommand, type DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { Level } from 'level';
import { TABLE_KEYS } from '../lambda/contract.ts';
import { listen } from './listen.ts';

export interface RunningDynamoDB {
  readonly endpoint: string;
  close(): Promise<void>;
}

/**
 * DynamoDB inside this process; `directory` keeps its items, for one process at a time (default: memory). An item is safe from a SIGKILL once its write is answered (the system has it), not
 * from a power cut. Has no transactions, no TTL, and no `ALL_OLD` on a failed condition.
 */
export async function startDynamoDB({ directory }: { readonly directory?: string } = {}): Promise<RunningDynamoDB> {
  if (directory !== undefined) await tryOpening(directory);
  const server = dynalite({ createTableMs: 0, ...(directory === undefined ? {} : { path: directory }) });
  const endpoint = `http://127.0.0.1:${await listen(server)}`;
  const close = () =>
    new Promise<void>((done, failed) => {
      // It says `null` where Node says nothing.
      server.close((error) => (error ? failed(error) : done()));
      server.closeAllConnections();
    });
  return { endpoint, close };
}

/** dynalite opens its folder late, and where it can't it ends the process without saying why. */
async function tryOpening(directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const level = new Level(directory);
  try {
    await level.open();
  } catch (cause) {
    const locked = cause instanceof Error && /LEVEL_LOCKED/.test(inspect(cause.cause));
    const why = locked ? 'another process uses it: end that one first' : inspect(cause);
    throw new Error(`DynamoDB can't open ${directory}: ${why}`, { cause });
  }
  await level.close();
}

/** Makes the table as the stack does, and waits until it can be used; one that is there stays as it is. */
export async function createTable(client: DynamoDBClient, name: string): Promise<void> {
  const { partition, sort } = TABLE_KEYS;
  const command = new CreateTableCommand({
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: partition, AttributeType: 'S' },
      { AttributeName: sort, AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: partition, KeyType: 'HASH' },
      { AttributeName: sort, KeyType: 'RANGE' },
    ],
  });
  try {
    await client.send(command);
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ResourceInUseException')) throw error;
  }
  await waitUntilTableExists({ client, minDelay: 1, maxDelay: 1, maxWaitTime: 20 }, { TableName: name });
}
