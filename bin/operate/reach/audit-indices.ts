import { CALICO_INDEX, DEFAULT_INDEX, type ElasticsearchSettings } from '../../../lambda/contract.ts';
import { coveragesOf, PARKED } from '../../../lambda/core/index-pattern.ts';
import { systemClock } from '../../../lambda/edges/clock.ts';
import { elasticsearchClient } from '../../../lambda/edges/elasticsearch.ts';
import { type Credentials, credentialsReader } from '../../../lambda/edges/secret.ts';
import { url as address } from '../../../lib/config/address.ts';
import type { Config } from '../../../lib/config/config.ts';
import { readFault } from '../../../lib/elasticsearch/read-rights.ts';
import { type AuditSearch, ElasticsearchSearch } from '../../../lib/elasticsearch/search.ts';
import { Failed, WrongUse } from '../../../lib/problems/usage.ts';
import { configuration } from '../../cli/configured.ts';
import { probeFolder } from './folder.ts';
import { folderLedgers } from './folder-ledger.ts';
import { formerIndices, keptInTable } from './former-indices.ts';

/** The flags of every command that reads what was forwarded. */
export const ELASTICSEARCH_FLAG = [
  '--elasticsearch <url>',
  'the server that holds the events, in place of the one that --config names',
] as const;
export const INDEX_FLAG = [
  '--index <pattern>',
  'which indices, as Elasticsearch takes it (default: those that the forwarder writes)',
] as const;

/** Where an auditor's commands look: a server by its address, or the one of forwarder.yaml. */
export interface SearchFlags {
  readonly config: string;
  /** undefined: all. */
  readonly cluster?: string;
  readonly elasticsearch?: string;
  readonly index?: string;
  readonly state?: string;
}

/** The audit indices, to be read. */
export interface AuditIndices {
  readonly search: AuditSearch;
  /** The server's address, without what signs in there. */
  readonly url: string;
  /** undefined: the flags name a server, and no configuration was read. */
  readonly config: Config | undefined;
  /** What may be missing of the indices: a sentence. */
  readonly notice: string | undefined;
  /** Throws `Failed` where the credentials may not read (any more). */
  mayRead(): Promise<void>;
  close(): Promise<void>;
}

/** Throws `WrongUse` where the server can't be asked, and where the credentials may not read there. */
export async function openIndices(flags: SearchFlags, env: NodeJS.ProcessEnv): Promise<AuditIndices> {
  const { settings, config } = await serverOf(flags);
  const former = config === undefined ? undefined : await formerOf(flags, config, env);
  const names = flags.index?.split(',') ?? auditIndices(settings.index, former?.indices);
  const credentials = await credentialsReader(settings.secret, env)().catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new WrongUse(`${why} ${WHICH_KEY}`);
  });
  const indices = await indicesAt({ ...settings, names, credentials });
  return { ...indices, config, notice: former?.notice };
}

const WHICH_KEY =
  'Set ELASTICSEARCH_API_KEY to a key that may read (npx eks-audit elasticsearch key --read), which wins.';

export interface Server extends ElasticsearchSettings {
  readonly names: readonly string[];
  readonly credentials: Credentials | undefined;
}

/** As `openIndices`, where all is known already. */
export async function indicesAt(server: Server): Promise<Omit<AuditIndices, 'config' | 'notice'>> {
  const { url, names } = server;
  const client = elasticsearchClient(server, server.credentials);
  const fault = () => readFault(client, url, names);
  const why = await fault();
  if (why !== undefined) {
    await client.close();
    throw new WrongUse(why);
  }
  return {
    search: new ElasticsearchSearch({ client, url, indices: names.join(','), clock: systemClock }),
    url,
    mayRead: async () => {
      const now = await fault();
      if (now !== undefined) throw new Failed(now);
    },
    close: () => client.close(),
  };
}

async function serverOf({ config: file, elasticsearch, state }: SearchFlags) {
  if (elasticsearch !== undefined && state !== undefined) throw new WrongUse(NO_FOLDER);
  if (elasticsearch === undefined) {
    const { config } = await configuration(file, ANY_REGION);
    const { url, secret, ca, index, profiles } = config.elasticsearch;
    return { config, settings: { url, secret, ca, index, profiles } };
  }
  const checked = address.safeParse(elasticsearch);
  if (!checked.success) throw new WrongUse(`--elasticsearch: ${checked.error.issues[0]?.message}`);
  const profiles = ['ecs'] as const;
  const settings = { url: elasticsearch, secret: null, ca: null, index: DEFAULT_INDEX, profiles };
  return { config: undefined, settings };
}

const NO_FOLDER =
  '--state: Expected forwarder.yaml to be read, by which the folder is understood; --elasticsearch leaves it out. Say one of the two.';

const NO_LEDGERS =
  '--state: Expected a cluster on EKS among those that are looked at: only of these a folder of run tells. Leave it out.';

/** No index name depends on it. */
const ANY_REGION = 'us-east-1';

async function formerOf({ index, state, cluster }: SearchFlags, config: Config, env: NodeJS.ProcessEnv) {
  const hasLedgers = config.clusters.length > 0 && !config.others.some(({ name }) => name === cluster);
  if (state !== undefined && !hasLedgers) throw new WrongUse(NO_LEDGERS);
  if (state !== undefined) await refuseOther(state, config);
  if (index !== undefined || !hasLedgers) return undefined;
  if (state === undefined) return formerIndices(config, await keptInTable(config, env));
  const { namings } = folderLedgers(state, config);
  return formerIndices(config, namings, `the folder ${state}`);
}

/** Throws `WrongUse` where the folder is none that a run has filled. */
async function refuseOther(folder: string, { table, clusters }: Config): Promise<void> {
  const problems = await probeFolder(folder, { table, source: { region: clusters[0]?.region ?? '' } });
  if (problems.length > 0) throw WrongUse.of(problems);
}

/** What the names of audit indices look like; parked lines are no events, and Calico's documents have other fields. */
function auditIndices(index: string, former: readonly string[] = []): readonly string[] {
  const indices = [index, ...former].filter((each) => each !== CALICO_INDEX);
  return coveragesOf(indices).filter((each) => each !== PARKED.coverage);
}
