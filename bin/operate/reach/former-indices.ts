import type { Naming } from '../../../lambda/contract.ts';
import { indicesOf } from '../../../lambda/core/index-pattern.ts';
import { faultOf } from '../../../lambda/edges/aws-error.ts';
import { DynamoLedger } from '../../../lambda/edges/ledger.ts';
import { SourceTable } from '../../../lambda/edges/table.ts';
import type { ClusterConfig, Config } from '../../../lib/config/config.ts';
import { settingsOf } from '../../../lib/config/settings.ts';
import { ownRegion } from '../../cli/configured.ts';
import { findCaller } from './caller.ts';
import { once } from './carry-out.ts';

export interface FormerIndices {
  /** Index patterns that minutes in table or folder go by, other than those configured now. */
  readonly indices: readonly string[];
  /** A sentence where that place could not be read. */
  readonly notice: string | undefined;
}

/** All namings that are kept of a cluster's source. */
type Kept = (cluster: ClusterConfig) => Promise<readonly Naming[]>;

/** For who covers the indices' names. Never throws: the names of now can be covered without what is kept in `place`. */
export async function formerIndices(
  config: Config,
  kept: Kept,
  place = `the table ${config.table}`,
): Promise<FormerIndices> {
  const asked = await Promise.allSettled(config.clusters.map((cluster) => within(PATIENCE, kept(cluster))));
  const namings = asked.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
  const today = indicesOf(config.elasticsearch);
  const indices = new Set(namings.flatMap(indicesOf).filter((index) => !today.includes(index)));
  const failed = asked.find((each) => each.status === 'rejected');
  const notice = failed === undefined ? undefined : noticeOf(config, place, faultOf(failed.reason).message);
  return { indices: [...indices].toSorted(), notice };
}

const PATIENCE = 10_000;

function noticeOf({ file }: Config, place: string, why: string): string {
  return (
    `Only the names of ${file} are covered: ${place} could not be read ` +
    `(${why.replaceAll(/\s+/g, ' ').replace(/\.$/, '')}). ` +
    'Where the index pattern was changed before, run it again with credentials that may read it.'
  );
}

/** What the table holds, as the credentials and the Region that the SDK finds let one read it. */
export async function keptInTable(config: Config, env: NodeJS.ProcessEnv): Promise<Kept> {
  const own = await ownRegion();
  const home = own ?? config.clusters.find(({ region }) => region !== null)?.region ?? '';
  const caller = once(async () => (home === '' ? undefined : findCaller(home, env)));
  return async (cluster) => {
    const signedIn = await caller();
    if (signedIn === undefined) throw new Error('AWS_REGION is not set');
    if (!signedIn.ok) throw new Error(`${signedIn.problem.path}: ${signedIn.problem.message}`);
    const { table, source } = settingsOf(config, cluster, { region: home, account: signedIn.account });
    return await new DynamoLedger(new SourceTable(table, source, { region: home, maxAttempts: 2 })).namings();
  };
}

async function within<T>(patience: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer in ${patience / 1000} s`)), patience);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
