import type { Config } from '../config/config.ts';
import { type Place, settingsOf } from '../config/config.ts';

/** A look at a minute is at least one request: one for each age, and one for the minute that is running. */
const LOOKS_BESIDE_AGES = 1;

/** Clusters whose share of the account's requests can't even look once at everything due: a sentence each. */
export function crowded(config: Config, place: Place): string[] {
  return config.clusters.flatMap((cluster) => {
    const { requestsPerSecond, ages, fetchInterval, source } = settingsOf(config, cluster, place);
    const needed = ages.length + LOOKS_BESIDE_AGES;
    const granted = requestsPerSecond * fetchInterval;
    if (granted >= needed) return [];
    const sharing = `${source.account} in ${source.region}`;
    return [
      `Cluster ${cluster.name} gets ${granted.toFixed(1)} requests to CloudWatch Logs in each interval of ${fetchInterval} seconds and needs at least ${needed}: too many clusters share the quota of account ${sharing}. Write a longer fetchInterval, fewer completeness.ages, or ask AWS for a higher quota of FilterLogEvents.`,
    ];
  });
}
