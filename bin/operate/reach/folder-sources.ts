import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { partitionOf, type Source, TABLE_KEYS } from '../../../lambda/contract.ts';
import { cursor } from '../../../lambda/core/minutes/checkpoint.ts';
import { DynamoCheckpoints } from '../../../lambda/edges/dynamodb.ts';
import { SourceTable } from '../../../lambda/edges/table.ts';
import { WrongUse } from '../../../lib/problems/usage.ts';
import { startDynamoDB } from '../../../local/dynamodb.ts';
import { configOf, type Place, probeFolder } from './folder.ts';

/** What is known of a source without AWS: not its account, and its Region only where somebody wrote it. */
export type Known = Pick<Source, 'group' | 'prefix'> & { readonly region: string | null };

export interface OpenSources {
  /** The items of each source in the folder that this may be. */
  itemsOf(known: Known): readonly SourceTable[];
  close(): Promise<void>;
}

/** A folder that runs have filled. Throws `WrongUse` where it is none. One process has it at a time. */
export async function openSources(folder: string, place: Place): Promise<OpenSources> {
  const problems = await probeFolder(folder, place);
  if (problems.length > 0) throw WrongUse.of(problems);
  const running = await startDynamoDB({ directory: folder });
  const dynamodb = configOf(running, place.source);
  const client = new DynamoDBClient(dynamodb);
  const partitions = await partitionsIn(client, place.table);
  client.destroy();
  return {
    itemsOf: (known) =>
      partitions
        .flatMap((partition) => sourceOf(partition, known))
        .map((source) => new SourceTable(place.table, source, { ...dynamodb, region: source.region })),
    close: () => running.close(),
  };
}

/** Of the sources that it may be, the one that was read furthest: a folder may hold two accounts' clusters of one name. */
export async function newest(items: readonly SourceTable[]): Promise<SourceTable | undefined> {
  const read = items.map(async (one) => ({ one, checkpoint: await new DynamoCheckpoints(one).peek() }));
  const frontiers = (await Promise.all(read)).map(({ one, checkpoint }) => ({
    one,
    frontier: checkpoint === undefined ? 0 : cursor(checkpoint, 0),
  }));
  return frontiers.toSorted((a, b) => b.frontier - a.frontier)[0]?.one;
}

/** One item of each: the many rows behind it are jumped over. */
async function partitionsIn(client: DynamoDBClient, table: string): Promise<readonly string[]> {
  const { partition, sort } = TABLE_KEYS;
  const found: string[] = [];
  for (;;) {
    const last = found.at(-1);
    // Behind every sort key that there is.
    const start = last === undefined ? {} : { ExclusiveStartKey: { [partition]: { S: last }, [sort]: { S: '~' } } };
    const { Items = [] } = await client.send(new ScanCommand({ TableName: table, Limit: 1, ...start }));
    const next = Items[0]?.[partition]?.S;
    if (next === undefined) return found;
    found.push(next);
  }
}

function sourceOf(partition: string, { group, prefix, region: known }: Known): readonly Source[] {
  const [account = '', region = ''] = partition.split('/');
  const source = { account, region, group, prefix };
  return partitionOf(source) === partition && region === (known ?? region) ? [source] : [];
}
