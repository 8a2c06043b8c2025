import type { Settings } from '../../../lambda/contract.ts';
import type { Policy } from '../../../lambda/core/policy/policy.ts';
import { RunStopped } from '../../../lambda/core/stopped.ts';
import { DynamoCheckpoints } from '../../../lambda/edges/dynamodb.ts';
import { elasticsearchClient } from '../../../lambda/edges/elasticsearch.ts';
import { credentialsReader } from '../../../lambda/edges/secret.ts';
import type { World } from '../../../lambda/run.ts';
import { realWorld } from '../../../lambda/world.ts';
import { type ClusterConfig, type Config, settingsOf } from '../../../lib/config.ts';
import { ownRegion } from '../../configured.ts';
import { WrongUse } from '../../usage.ts';
import { findCaller } from '../caller.ts';
import { probeGroup, probeTable } from '../reach.ts';
import { openFolder, probeFolder } from '../run/state.ts';
import { ElasticsearchDocuments } from './documents.ts';

export interface Order {
  readonly config: Config;
  readonly cluster: ClusterConfig;
  /** Whether the log group is to be read too. */
  readonly group: boolean;
  /** Whether the table is needed. Default true. */
  readonly table?: boolean;
  /** What `run --state` keeps in place of the table. Default: the table. */
  readonly folder?: string | undefined;
  /** The process's own: the SDK reads it too, and gets the cluster's Region where it finds none. */
  readonly env: NodeJS.ProcessEnv;
}

export interface Opened {
  readonly settings: Settings<Policy>;
  readonly world: Pick<World, 'ledger' | 'source' | 'clock'>;
  /** For a look at the cursors. */
  readonly store: DynamoCheckpoints;
  close(): Promise<void>;
}

/**
 * Reaches the table or the folder, and the log group where it is wanted. Throws `WrongUse` with everything that can't be
 * reached.
 */
export async function open(order: Order): Promise<Opened> {
  const { config, cluster, group, table: needed = true, folder, env } = order;
  const region = (await ownRegion()) ?? cluster.region ?? '';
  env.AWS_REGION = region;
  const caller = await findCaller(region, env);
  if (!caller.ok) throw WrongUse.of([{ file: config.file, ...caller.problem }]);
  const settings = settingsOf(config, cluster, { region, account: caller.account });
  const world = realWorld(settings, env);
  const [ofFolder, table, lines] = await Promise.all([
    folder === undefined ? [] : probeFolder(folder, settings),
    needed && folder === undefined ? probeTable(settings, region) : undefined,
    group ? probeGroup(world.source, world.clock.now()) : undefined,
  ]);
  const problems = [
    ...(lines === undefined ? [] : [{ file: config.file, path: `clusters: ${cluster.name}`, message: lines }]),
    ...(table === undefined ? [] : [{ file: config.file, path: 'table', message: table }]),
    ...ofFolder,
  ];
  if (problems.length > 0) throw WrongUse.of(problems);
  if (folder === undefined)
    return { settings, world, store: new DynamoCheckpoints(settings.table, settings.source), close: async () => {} };
  const { store, ledger, close } = await openFolder(folder, settings);
  return { settings, world: { ...world, ledger }, store, close };
}

/** The cluster's documents, reached: throws `WrongUse` where they can't be read. */
export async function documentsOf({ settings, world }: Opened, file: string, env: NodeJS.ProcessEnv) {
  const { elasticsearch, cluster, indexCluster } = settings;
  const { url, index } = elasticsearch;
  try {
    const client = elasticsearchClient(elasticsearch, await credentialsReader(elasticsearch.secret, env)());
    const documents = new ElasticsearchDocuments(client, url, { index, cluster, indexCluster }, world.clock);
    await (await documents.snapshot()).close();
    return { documents, close: () => client.close() };
  } catch (error) {
    if (!(error instanceof RunStopped)) throw error;
    throw WrongUse.of([{ file, path: 'elasticsearch', message: error.message }]);
  }
}
