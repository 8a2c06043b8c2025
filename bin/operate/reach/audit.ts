import { DEFAULT_INDEX, type ElasticsearchSettings } from '../../../lambda/contract.ts';
import { IndexPattern } from '../../../lambda/core/index-pattern.ts';
import { canonical, type Policy } from '../../../lambda/core/policy/policy.ts';
import { systemClock } from '../../../lambda/edges/clock.ts';
import { elasticsearchClient } from '../../../lambda/edges/elasticsearch.ts';
import { credentialsReader } from '../../../lambda/edges/secret.ts';
import { url as address } from '../../../lib/config/address.ts';
import type { ClusterConfig, Config } from '../../../lib/config/config.ts';
import { readFault } from '../../../lib/elasticsearch/read-rights.ts';
import { type AuditSearch, ElasticsearchSearch } from '../../../lib/elasticsearch/search.ts';
import { WrongUse } from '../../../lib/problems/usage.ts';
import { chosen, configuration } from '../../cli/configured.ts';

/** Where an auditor's commands look: a server by its address, or the one of forwarder.yaml. */
export interface AuditFlags {
  readonly config: string;
  readonly elasticsearch?: string;
  readonly cluster?: string;
}

export const ELASTICSEARCH_FLAG = [
  '--elasticsearch <url>',
  'the server that holds the events, in place of the one that --config names',
] as const;

/** The audit events, opened for reading. */
export interface Audit {
  readonly search: AuditSearch;
  /** Without credentials. */
  readonly url: string;
  /** The clusters of forwarder.yaml, or the one chosen; empty: it was not read. */
  readonly clusters: readonly ClusterConfig[];
  /** forwarder.yaml; undefined: it was not read. */
  readonly config: Config | undefined;
  /** The audit policy that these clusters share; undefined: they have several, or none is known. */
  readonly policy: Policy | undefined;
  close(): Promise<void>;
}

/** Nothing here depends on the Region. */
const ANY_REGION = 'us-east-1';

/** Throws `WrongUse` where the events can't be read: no rights must never look like no events. */
export async function openAudit(flags: AuditFlags, env: NodeJS.ProcessEnv): Promise<Audit> {
  const config = flags.elasticsearch === undefined ? await configOf(flags) : undefined;
  const settings = config?.elasticsearch ?? serverOf(flags.elasticsearch ?? '');
  const clusters = config === undefined ? [] : chosen(config, flags.cluster);
  const client = elasticsearchClient(settings, await credentials(settings, env));
  const { url } = settings;
  const indices = IndexPattern.of(settings.index).coverage;
  const fault = await readFault(client, url, [indices]);
  if (fault !== undefined) {
    await client.close();
    throw new WrongUse(fault);
  }
  return {
    search: new ElasticsearchSearch({ client, url, indices, clock: systemClock }),
    url,
    clusters,
    config,
    policy: sharedPolicy(clusters),
    close: () => client.close(),
  };
}

async function configOf({ config: file }: AuditFlags): Promise<Config> {
  const { config } = await configuration(file, ANY_REGION);
  return config;
}

function serverOf(text: string): ElasticsearchSettings {
  const checked = address.safeParse(text);
  if (!checked.success) throw new WrongUse(`--elasticsearch: ${checked.error.issues[0]?.message ?? ''}`);
  return { url: checked.data, secret: null, ca: null, index: DEFAULT_INDEX };
}

async function credentials({ secret }: ElasticsearchSettings, env: NodeJS.ProcessEnv) {
  return await credentialsReader(secret, env)().catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new WrongUse(
      `${why} Set ELASTICSEARCH_API_KEY to a key that may read (npx eks-audit elasticsearch key --read), which wins.`,
    );
  });
}

function sharedPolicy(clusters: readonly ClusterConfig[]): Policy | undefined {
  const policies = new Map(clusters.map(({ policy: { policy } }) => [canonical(policy), policy]));
  const [only, ...others] = policies.values();
  return others.length === 0 ? only : undefined;
}
