import type { Source } from '../../../lambda/contract.ts';
import { cursor } from '../../../lambda/core/minutes/checkpoint.ts';
import { DynamoCheckpoints } from '../../../lambda/edges/dynamodb.ts';
import { DynamoLedger } from '../../../lambda/edges/ledger.ts';
import { SourceTable } from '../../../lambda/edges/table.ts';
import { type Aws, TABLE } from '../../../local/aws.ts';

/** Where the lines are that CloudWatch Logs was fed, by the ledger. Each line is in one of these, or is missing. */
export interface Balance {
  readonly fed: number;
  /** Read in full when their minutes were over, and counted in their rows. */
  readonly inLedger: number;
  /** Of minutes that are not over, or that the frontier has not reached. */
  readonly notOver: number;
  /** Of streams that are no audit log: they are not read. */
  readonly otherStreams: number;
}

/** Counts the lines where they were put, and in the table. */
export async function balanceOf(aws: Aws, source: Source): Promise<Balance> {
  const streams = [...aws.logs.times(source.group)];
  const audit = streams.filter(([name]) => name.startsWith(source.prefix)).flatMap(([, times]) => times);
  const others = streams.filter(([name]) => !name.startsWith(source.prefix)).flatMap(([, times]) => times);
  const table = new SourceTable(TABLE, source, configOf(aws));
  const checkpoint = await new DynamoCheckpoints(table).peek();
  const frontier = checkpoint === undefined ? 0 : cursor(checkpoint, 0);
  const rows =
    checkpoint === undefined ? [] : (await new DynamoLedger(table).rows(checkpoint.start, frontier)).values();
  return {
    fed: audit.length + others.length,
    inLedger: [...rows].reduce((sum, { lines }) => sum + lines, 0),
    notOver: audit.filter((time) => time >= frontier).length,
    otherStreams: others.length,
  };
}

function configOf({ environment, dynamodb: { endpoint } }: Aws) {
  const { AWS_REGION: region = '', AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY = '' } = environment;
  return { endpoint, region, credentials: { accessKeyId, secretAccessKey: AWS_SECRET_ACCESS_KEY } };
}

/** The lines that should be in the ledger and are not. */
export function missingIn({ fed, inLedger, notOver, otherStreams }: Balance): number {
  return fed - inLedger - notOver - otherStreams;
}
