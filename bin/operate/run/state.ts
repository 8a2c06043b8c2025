import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Settings } from '../../../lambda/contract.ts';
import { DynamoCheckpoints } from '../../../lambda/edges/dynamodb.ts';
import { DynamoLedger } from '../../../lambda/edges/ledger.ts';
import type { CheckpointStore, Ledger } from '../../../lambda/ports.ts';
import { createTable, startDynamoDB } from '../../../local/dynamodb.ts';
import { WrongUse } from '../../usage.ts';

export interface FolderState {
  readonly store: CheckpointStore;
  readonly ledger: Ledger;
  close(): Promise<void>;
}

/** The table in a folder. One process has it at a time, so a lease in it that nobody gave back is nobody's. */
export async function openFolder(folder: string, { table, source }: Settings): Promise<FolderState> {
  const dynamodb = await startDynamoDB({ directory: folder }).catch((error: unknown) => {
    throw new WrongUse(`--state ${folder}: ${error instanceof Error ? error.message : String(error)}`);
  });
  const config = {
    endpoint: dynamodb.endpoint,
    region: source.region,
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
  };
  const client = new DynamoDBClient(config);
  await createTable(client, table);
  client.destroy();
  return {
    store: new DynamoCheckpoints(table, source, config),
    ledger: new DynamoLedger(table, source, config),
    close: () => dynamodb.close(),
  };
}
