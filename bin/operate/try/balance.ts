import type { Source } from '../../../lambda/contract.ts';
import type { Row } from '../../../lambda/core/ledger/row.ts';
import { cursor } from '../../../lambda/core/minutes/checkpoint.ts';
import { floorMinute } from '../../../lambda/core/time.ts';
import { DynamoCheckpoints } from '../../../lambda/edges/dynamodb.ts';
import { DynamoLedger } from '../../../lambda/edges/ledger.ts';
import { SourceTable } from '../../../lambda/edges/table.ts';
import { type Aws, TABLE } from '../../../local/aws.ts';

/** Where the lines are that CloudWatch Logs was fed, by the ledger. Each line is in one of these. */
export interface Balance {
  readonly fed: number;
  /** Read in full when their minutes were over, and counted in their rows. */
  readonly inLedger: number;
  /** Of these, those whose minutes keep another policy, by which they were read first. */
  readonly byOthers: number;
  /** Of minutes that are over, and that the frontier has not reached. */
  readonly notRead: number;
  /** Of minutes that were not over when the last run began. */
  readonly notOver: number;
  /** Fed after their minutes were read in full: a later look finds them, which has not come to these minutes. */
  readonly late: number;
  /** What every look has passed and no row counts: there must be none. */
  readonly missing: number;
  /** Of streams that are no audit log: they are not read. */
  readonly otherStreams: number;
}

interface LastRun {
  readonly policy: string;
  /** Milliseconds. */
  readonly begun: number;
}

/** Counts the lines where they were put, and in the table. `policy`: hash of the one now in force; `begun`: the last run. */
export async function balanceOf(aws: Aws, source: Source, { policy, begun }: LastRun): Promise<Balance> {
  const streams = [...aws.logs.times(source.group)];
  const audit = streams.filter(([name]) => name.startsWith(source.prefix)).flatMap(([, times]) => times);
  const fed = streams.reduce((sum, [, times]) => sum + times.length, 0);
  const { frontier, lastLook, rows } = await read(tableOf(aws, source));
  const over = Map.groupBy(
    audit.filter((time) => time < frontier),
    floorMinute,
  );
  const lacking = [...over].map(([minute, { length }]) => ({ minute, lines: length - (rows.get(minute)?.lines ?? 0) }));
  return {
    fed,
    inLedger: sumOf([...rows.values()]),
    byOthers: sumOf([...rows.values()].filter((row) => row.policy !== policy)),
    notRead: audit.filter((time) => time >= frontier && time < floorMinute(begun)).length,
    notOver: audit.filter((time) => time >= frontier && time >= floorMinute(begun)).length,
    late: sumOf(lacking.filter(({ minute }) => minute >= lastLook)),
    missing: sumOf(lacking.filter(({ minute }) => minute < lastLook)),
    otherStreams: fed - audit.length,
  };
}

/** The table that stands in. */
export function tableOf(aws: Aws, source: Source): SourceTable {
  return new SourceTable(TABLE, source, configOf(aws));
}

async function read(table: SourceTable) {
  const checkpoint = await new DynamoCheckpoints(table).peek();
  if (checkpoint === undefined) return { frontier: 0, lastLook: 0, rows: new Map<number, Row>() };
  const frontier = cursor(checkpoint, 0);
  const rows = await new DynamoLedger(table).rows(checkpoint.start, frontier);
  return { frontier, lastLook: Math.min(...checkpoint.cursors.values()), rows };
}

function sumOf(counts: readonly { readonly lines: number }[]): number {
  return counts.reduce((sum, { lines }) => sum + lines, 0);
}

function configOf({ environment, dynamodb: { endpoint } }: Aws) {
  const { AWS_REGION: region = '', AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY = '' } = environment;
  return { endpoint, region, credentials: { accessKeyId, secretAccessKey: AWS_SECRET_ACCESS_KEY } };
}
