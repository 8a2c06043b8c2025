import type { Reader, Settings } from '../../lambda/contract.ts';
import type { Policy } from '../../lambda/core/policy/policy.ts';
import type { ClusterConfig, ReaderConfig } from './cluster.ts';
import type { Config } from './config.ts';
import type { Home } from './options.ts';
import { placeOf, quotaOf } from './quota.ts';

export interface SettingsOptions extends Home {
  /** Whether the function runs in the network that the file names, behind its proxy. Default false. */
  readonly inNetwork?: boolean;
}

/** What the function gets. Throws where nobody knows the Region, which `readConfig` has asked for. */
export function settingsOf(
  { table, elasticsearch: { url, secret, ca, index, profiles }, network, clusters }: Config,
  cluster: ClusterConfig,
  { inNetwork = false, ...home }: SettingsOptions,
): Settings<Policy> {
  const { account, region } = placeOf(cluster, home);
  if (account === undefined || region === undefined)
    throw new Error('settingsOf: neither the cluster nor the caller names a Region');
  const proxy = inNetwork && network !== null ? network.proxy : null;
  return {
    cluster: cluster.name,
    indexCluster: cluster.indexName,
    source: { account, region, group: cluster.groupName, prefix: cluster.streamPrefix },
    ...(cluster.reader === null ? {} : { reader: whoReads(cluster.reader) }),
    policy: cluster.policy.policy,
    table,
    elasticsearch: { url, secret, ca, index, profiles, ...(proxy === null ? {} : { proxy }) },
    startFrom: cluster.startFrom,
    ages: cluster.ages,
    fetchInterval: cluster.fetchInterval,
    maxBytesPerRun: cluster.maxBytesPerRun,
    requestsPerSecond: quotaOf(cluster, clusters, home),
  };
}

/** Without what only the role's own stack asks for. */
function whoReads({ alsoTrust: _, ...reader }: ReaderConfig): Reader {
  return reader;
}
