import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import type { Settings, Source } from '../../../lambda/contract.ts';
import { SourceTable } from '../../../lambda/edges/table.ts';
import type { Problem } from '../../../lib/config/config.ts';
import { WrongUse } from '../../../lib/problems/usage.ts';
import { createTable, type RunningDynamoDB, startDynamoDB } from '../../../local/dynamodb.ts';

export interface OpenFolder {
  readonly table: SourceTable;
  close(): Promise<void>;
}

/**
 * The table in a folder, made where there is none. One process has it at a time, so a lease in it that nobody gave back
 * is nobody's.
 */
export async function openFolder(folder: string, { table, source }: Settings): Promise<OpenFolder> {
  const running = await startDynamoDB({ directory: folder }).catch((error: unknown) => {
    throw WrongUse.of([problem(folder, textOf(error))]);
  });
  const dynamodb = configOf(running, source);
  const client = new DynamoDBClient(dynamodb);
  await createTable(client, table);
  client.destroy();
  return { table: new SourceTable(table, source, dynamodb), close: () => running.close() };
}

/** As much of the settings as a folder's table is found by. */
export interface Place {
  readonly table: string;
  readonly source: Pick<Source, 'region'>;
}

/** What is wrong with a folder that a run has filled, or should have. Makes neither folder nor table. */
export async function probeFolder(folder: string, settings: Place): Promise<readonly Problem[]> {
  try {
    const message = await probed(folder, settings);
    return message === undefined ? [] : [problem(folder, message)];
  } catch (error) {
    return [problem(folder, textOf(error))];
  }
}

async function probed(folder: string, { table, source }: Place): Promise<string | undefined> {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return `There is no such folder: ${REMEDY}`;
  // Every LevelDB has this file; opening a folder without it would make one.
  if (!existsSync(join(folder, 'CURRENT'))) return `There is no table in this folder: ${REMEDY}`;
  const tables = await tablesIn(folder, source);
  if (tables.includes(table)) return undefined;
  if (tables.length === 0) return `There is no table in this folder: ${REMEDY}`;
  return `There is no table ${table} in this folder, but ${tables.join(' and ')}: make \`table\` in forwarder.yaml what it was, or name another folder.`;
}

const REMEDY = 'name the one that npx eks-audit run --state has filled.';

async function tablesIn(folder: string, source: Place['source']): Promise<readonly string[]> {
  const running = await startDynamoDB({ directory: folder });
  const client = new DynamoDBClient(configOf(running, source));
  try {
    const { TableNames = [] } = await client.send(new ListTablesCommand({}));
    return TableNames;
  } finally {
    client.destroy();
    await running.close();
  }
}

/** What sends a client there. */
export function configOf({ endpoint }: RunningDynamoDB, { region }: Place['source']) {
  return { endpoint, region, credentials: { accessKeyId: 'none', secretAccessKey: 'none' } };
}

function problem(folder: string, message: string): Problem {
  return { path: `--state ${folder}`, message };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
