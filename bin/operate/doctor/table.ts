import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { TABLE_KEYS } from '../../../lambda/contract.ts';
import { faultOf } from '../../../lambda/edges/aws-error.ts';
import { awsRefusal, notChecked, ok, type Verdict, wrong } from '../reach/verdict.ts';

/** `existing`: it should be there already; else the stack makes it. */
export interface Table {
  readonly name: string;
  readonly existing: boolean;
}

export function tableKeys(client: DynamoDBClient, table: Table, signal: AbortSignal): Promise<Verdict> {
  const missing = table.existing
    ? wrong(`There is no table ${table.name}, but existingTable says so: name another, or leave existingTable out.`)
    : notChecked(`there is no table ${table.name} yet: the stack makes it`);
  return asked(table, 'dynamodb:DescribeTable', missing, async () => {
    const command = new DescribeTableCommand({ TableName: table.name });
    return keysVerdict(table.name, (await client.send(command, { abortSignal: signal })).Table);
  });
}

function keysVerdict(name: string, described: TableDescription | undefined): Verdict {
  const { partition, sort } = TABLE_KEYS;
  const is = (key: string, type: string) =>
    described?.KeySchema?.some(({ AttributeName, KeyType }) => AttributeName === key && KeyType === type) === true &&
    described.AttributeDefinitions?.some(
      ({ AttributeName, AttributeType }) => AttributeName === key && AttributeType === 'S',
    ) === true;
  if (!is(partition, 'HASH') || !is(sort, 'RANGE'))
    return wrong(`${name} is another table: its keys are not ${partition} and ${sort} (both texts). Name another.`);
  const status = described?.TableStatus;
  return status === 'ACTIVE' || status === 'UPDATING'
    ? ok(`${name} has the keys ${partition} and ${sort}.`)
    : wrong(`${name} is ${status}: wait until it is active.`);
}

/** Rows expire by it: without, the table grows for ever. */
export function tableExpiry(client: DynamoDBClient, table: Table, signal: AbortSignal): Promise<Verdict> {
  return asked(table, 'dynamodb:DescribeTimeToLive', notThere(table), async () => {
    const command = new DescribeTimeToLiveCommand({ TableName: table.name });
    const { TimeToLiveDescription: ttl } = await client.send(command, { abortSignal: signal });
    const on = ttl?.TimeToLiveStatus === 'ENABLED' || ttl?.TimeToLiveStatus === 'ENABLING';
    if (on && ttl?.AttributeName === TABLE_KEYS.expires) return ok(`Rows expire by ${TABLE_KEYS.expires}.`);
    const instead = on ? `by ${ttl?.AttributeName}, not by ${TABLE_KEYS.expires}` : 'never';
    return wrong(`Rows of ${table.name} expire ${instead}: set its time to live to ${TABLE_KEYS.expires}.`);
  });
}

export function tableRecovery(client: DynamoDBClient, table: Table, signal: AbortSignal): Promise<Verdict> {
  return asked(table, 'dynamodb:DescribeContinuousBackups', notThere(table), async () => {
    const command = new DescribeContinuousBackupsCommand({ TableName: table.name });
    const { ContinuousBackupsDescription: backups } = await client.send(command, { abortSignal: signal });
    const status = backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
    if (status === 'ENABLED') return ok('Point-in-time recovery is on.');
    return wrong(`Point-in-time recovery of ${table.name} is off: switch it on, the ledger is proof.`);
  });
}

function notThere({ name }: Table): Verdict {
  return notChecked(`there is no table ${name}`);
}

async function asked({ name }: Table, privilege: string, missing: Verdict, look: () => Promise<Verdict>) {
  try {
    return await look();
  } catch (error) {
    // DynamoDB says it in two ways.
    if (/^(ResourceNotFound|TableNotFound)Exception$/.test(faultOf(error).name)) return missing;
    return awsRefusal(error, privilege, `describe the table ${name}`, `There is no table ${name}`);
  }
}
