import type { Settings } from '../../../lambda/contract.ts';
import type { Policy } from '../../../lambda/core/policy/policy.ts';
import { Stopped } from '../../../lambda/core/stopped.ts';
import { DynamoCheckpoints } from '../../../lambda/edges/dynamodb.ts';
import { elasticsearchClient } from '../../../lambda/edges/elasticsearch.ts';
import { DynamoLedger } from '../../../lambda/edges/ledger.ts';
import { credentialsReader } from '../../../lambda/edges/secret.ts';
import { SourceTable } from '../../../lambda/edges/table.ts';
import type { Ports } from '../../../lambda/ports.ts';
import { realPorts } from '../../../lambda/wiring.ts';
import { type ClusterConfig, type Config, settingsOf } from '../../../lib/config/config.ts';
import { ElasticsearchDocuments } from '../../../lib/elasticsearch/documents.ts';
import { WrongUse } from '../../../lib/problems/usage.ts';
import { ownRegion } from '../../cli/configured.ts';
import { findCaller } from '../reach/caller.ts';
import { openFolder, probeFolder } from '../reach/folder.ts';
import { probeGroup, probeTable } from '../reach/probes.ts';

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
  readonly ports: Pick<Ports, 'ledger' | 'source' | 'clock'>;
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
  const ports = realPorts(settings, env);
  const [ofFolder, table, lines] = await Promise.all([
    folder === undefined ? [] : probeFolder(folder, settings),
    needed && folder === undefined ? probeTable(settings, region) : undefined,
    group ? probeGroup(ports.source, ports.clock.now()) : undefined,
  ]);
  const problems = [
    ...(lines === undefined ? [] : [{ file: config.file, path: `clusters: ${cluster.name}`, message: lines }]),
    ...(table === undefined ? [] : [{ file: config.file, path: 'table', message: table }]),
    ...ofFolder,
  ];
  if (problems.length > 0) throw WrongUse.of(problems);
  const { table: items, close } =
    folder === undefined
      ? { table: new SourceTable(settings.table, settings.source), close: async () => {} }
      : await openFolder(folder, settings);
  return { settings, ports: { ...ports, ledger: new DynamoLedger(items) }, store: new DynamoCheckpoints(items), close };
}

/** The cluster's documents, reached: throws `WrongUse` where they can't be read. */
export async function documentsOf({ settings, ports }: Opened, file: string, env: NodeJS.ProcessEnv) {
  const { elasticsearch, cluster, indexCluster } = settings;
  const { url, index } = elasticsearch;
  try {
    const client = elasticsearchClient(elasticsearch, await credentialsReader(elasticsearch.secret, env)());
    const documents = new ElasticsearchDocuments(client, url, { index, cluster, indexCluster }, ports.clock);
    await (await documents.snapshot()).close();
    return { documents, close: () => client.close() };
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    throw WrongUse.of([{ file, path: 'elasticsearch', message: error.message }]);
  }
}
