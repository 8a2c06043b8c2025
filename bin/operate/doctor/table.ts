import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { TABLE_KEYS } from '../../../lambda/contract.ts';
import { faultOf } from '../../../lambda/edges/aws-error.ts';
import { awsRefusal, notChecked, ok, type Verdict, wrong } from './verdict.ts';

/** `existing`: it should be there already; else the stack makes it. */
export interface Table {
  readonly name: string;
  readonly existing: boolean;
}

export async function tableKeys(client: DynamoDBClient, table: Table, signal: AbortSignal): Promise<Verdict> {
  try {
    const command = new DescribeTableCommand({ TableName: table.name });
    const { Table } = await client.send(command, { abortSignal: signal });
    return keysVerdict(table.name, Table);
  } catch (error) {
    return missing(error, table) ?? refused(error, table, 'dynamodb:DescribeTable');
  }
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
export async function tableExpiry(client: DynamoDBClient, table: Table, signal: AbortSignal): Promise<Verdict> {
  try {
    const command = new DescribeTimeToLiveCommand({ TableName: table.name });
    const { TimeToLiveDescription: ttl } = await client.send(command, { abortSignal: signal });
    const on = ttl?.TimeToLiveStatus === 'ENABLED' || ttl?.TimeToLiveStatus === 'ENABLING';
    if (on && ttl?.AttributeName === TABLE_KEYS.expires) return ok(`Rows expire by ${TABLE_KEYS.expires}.`);
    const instead = on ? `by ${ttl?.AttributeName}, not by ${TABLE_KEYS.expires}` : 'never';
    return wrong(`Rows of ${table.name} expire ${instead}: set its time to live to ${TABLE_KEYS.expires}.`);
  } catch (error) {
    return dependent(error, table, 'dynamodb:DescribeTimeToLive');
  }
}

export async function tableRecovery(client: DynamoDBClient, table: Table, signal: AbortSignal): Promise<Verdict> {
  try {
    const command = new DescribeContinuousBackupsCommand({ TableName: table.name });
    const { ContinuousBackupsDescription: backups } = await client.send(command, { abortSignal: signal });
    const status = backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
    if (status === 'ENABLED') return ok('Point-in-time recovery is on.');
    return wrong(`Point-in-time recovery of ${table.name} is off: switch it on, the ledger is proof.`);
  } catch (error) {
    return dependent(error, table, 'dynamodb:DescribeContinuousBackups');
  }
}

/** DynamoDB says it in two ways. */
function isMissing(error: unknown): boolean {
  return /^(ResourceNotFound|TableNotFound)Exception$/.test(faultOf(error).name);
}

function missing(error: unknown, { name, existing }: Table): Verdict | undefined {
  if (!isMissing(error)) return undefined;
  return existing
    ? wrong(`There is no table ${name}, but existingTable says so: name another, or leave existingTable out.`)
    : notChecked(`there is no table ${name} yet: the stack makes it`);
}

function dependent(error: unknown, table: Table, privilege: string): Verdict {
  return isMissing(error) ? notChecked(`there is no table ${table.name}`) : refused(error, table, privilege);
}

function refused(error: unknown, { name }: Table, privilege: string): Verdict {
  return awsRefusal(error, privilege, `describe the table ${name}`, `There is no table ${name}`);
}
