import { isDeepStrictEqual } from 'node:util';
import type { ClusterConfig } from './cluster.ts';
import type { Home } from './options.ts';

/** FilterLogEvents per second, account and Region; one of them is left to people. */
export const QUOTA = 5;
const PEOPLE = 1;

/** A look at a minute is at least one request: one for each age, and one for the minute that is running. */
const LOOKS_BESIDE_AGES = 1;

/** Where a cluster's log group is, as far as anybody says: what a quota is shared by. */
export function placeOf({ reader, region }: Pick<ClusterConfig, 'reader' | 'region'>, home: Partial<Home>) {
  const [, account = home.account] = /^arn:[a-z-]+:iam::(\d{12}):/.exec(reader?.roleArn ?? '') ?? [];
  return { account, region: region ?? home.region };
}

/** A cluster's part of the quota, in requests per second: all clusters of one account and Region get the same. */
export function quotaOf(cluster: ClusterConfig, clusters: readonly ClusterConfig[], home: Home): number {
  const place = placeOf(cluster, home);
  const sharing = clusters.filter((other) => isDeepStrictEqual(placeOf(other, home), place));
  return (QUOTA - PEOPLE) / sharing.length;
}

/** Clusters whose share can't even look once at everything due: a sentence each. */
export function crowded({ clusters }: { readonly clusters: readonly ClusterConfig[] }, home: Home): string[] {
  return clusters.flatMap((cluster) => {
    const { name, ages, fetchInterval } = cluster;
    const needed = ages.length + LOOKS_BESIDE_AGES;
    const granted = quotaOf(cluster, clusters, home) * fetchInterval;
    if (granted >= needed) return [];
    const { account, region } = placeOf(cluster, home);
    return [
      `Cluster ${name} gets ${granted.toFixed(1)} requests to CloudWatch Logs in each interval of ${fetchInterval} seconds and needs at least ${needed}: too many clusters share the quota of account ${account} in ${region}. Write a longer fetchInterval, fewer completeness.ages, or ask AWS for a higher quota of FilterLogEvents.`,
    ];
  });
}
