import type { Reader } from '../../lambda/contract.ts';
import type { Candidate } from './candidate.ts';
import type { LogCollector } from './log-collector.ts';
import type { NamedPolicies, NamedPolicy } from './policy.ts';
import { type ClusterEntry, cluster, type Forwarder } from './schema.ts';

/** forwarder.yaml with every default filled in. */
export interface Config {
  /** As the operator named it. */
  readonly file: string;
  /** The DynamoDB table. */
  readonly table: string;
  /** true: the table is there and is adopted. */
  readonly existingTable: boolean;
  /** At least one; those under `clusters` first, then the LogCollectors. */
  readonly clusters: readonly ClusterConfig[];
  readonly elasticsearch: ElasticsearchConfig;
  /** null: outside any VPC. */
  readonly network: NetworkConfig | null;
  readonly alarms: AlarmsConfig;
}

export interface ClusterConfig {
  readonly name: string;
  /** What `{cluster}` becomes in index names. */
  readonly indexName: string;
  readonly groupName: string;
  /** null: the caller's own, which it did not know either. */
  readonly region: string | null;
  readonly streamPrefix: string;
  /** Seconds. */
  readonly fetchInterval: number;
  /** null: the stack makes the role, a command uses its own credentials. */
  readonly reader: Reader | null;
  readonly policy: NamedPolicy;
  /** Seconds before the first run, or a time as ISO text in UTC. */
  readonly startFrom: number | string;
  /** Seconds, increasing, the first 0. */
  readonly ages: readonly number[];
  /** null: no limit but time. */
  readonly maxBytesPerRun: number | null;
}

export interface ElasticsearchConfig {
  readonly url: string;
  /** Name or ARN in Secrets Manager; null: no authentication, or the environment's. */
  readonly secret: string | null;
  /** PEM text of `caFile`. */
  readonly ca: string | null;
  readonly index: string;
  readonly profiles: readonly 'ecs'[];
  /** null: kept for ever. */
  readonly retentionDays: number | null;
}

export interface NetworkConfig {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  /** Empty: the stack makes one. */
  readonly securityGroupIds: readonly string[];
  readonly proxy: string | null;
}

export interface AlarmsConfig {
  /** null: alarms tell nobody. */
  readonly topicArn: string | null;
  /** Seconds without a single audit line before the alarm. */
  readonly silence: number;
}

export interface Parts {
  readonly file: string;
  readonly settings: Forwarder;
  readonly collectors: readonly LogCollector[];
  /** In the order of `settings.clusters`, then of `collectors`. */
  readonly candidates: readonly Candidate[];
  readonly policies: NamedPolicies['byName'];
  readonly ca: string | null;
  /** The caller's own Region, where it knows it. */
  readonly region: string | undefined;
}

/** Puts together what was found to be right. */
export function build({ file, settings, collectors, candidates, policies, ca, region }: Parts): Config {
  const entries = [...settings.clusters, ...collectors.map(asEntry)];
  const { url, secret, index, profiles, retention } = settings.elasticsearch;
  const { network, alarms } = settings;
  return {
    file,
    table: settings.table,
    existingTable: settings.existingTable,
    clusters: entries.map((entry, at) => {
      const candidate = candidates[at];
      const policy = policies.get(entry.policy);
      // No configuration can do this; a cluster that is left out in silence would be the worst of bugs.
      if (candidate === undefined || policy === undefined) throw new Error(`clusters[${at}] was not examined`);
      return clusterOf(entry, candidate, policy, region ?? null);
    }),
    elasticsearch: { url, secret: secret ?? null, ca, index, profiles, retentionDays: retention ?? null },
    network: network === undefined ? null : { ...network, proxy: network.proxy ?? null },
    alarms: { topicArn: alarms.topicArn ?? null, silence: alarms.silence },
  };
}

/** Calico says where the log is; all else takes its default. */
function asEntry({ spec }: LogCollector): ClusterEntry {
  return cluster.parse({ eksCloudwatchLog: spec.additionalSources.eksCloudwatchLog });
}

function clusterOf(
  entry: ClusterEntry,
  { name = '', indexName = '' }: Candidate,
  policy: NamedPolicy,
  region: string | null,
): ClusterConfig {
  const { groupName, streamPrefix, fetchInterval } = entry.eksCloudwatchLog;
  return {
    name,
    indexName,
    groupName,
    region: entry.eksCloudwatchLog.region ?? region,
    streamPrefix,
    fetchInterval,
    reader: entry.reader === undefined ? null : readerOf(entry.reader),
    policy,
    startFrom: entry.startFrom,
    ages: entry.completeness.ages,
    maxBytesPerRun: entry.maxBytesPerRun ?? null,
  };
}

function readerOf({ roleArn, externalId }: NonNullable<ClusterEntry['reader']>): Reader {
  return externalId === undefined ? { roleArn } : { roleArn, externalId };
}
