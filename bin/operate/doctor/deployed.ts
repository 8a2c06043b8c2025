import { DynamoCheckpoints } from '../../../lambda/edges/dynamodb.ts';
import { DynamoLedger } from '../../../lambda/edges/ledger.ts';
import { SourceTable } from '../../../lambda/edges/table.ts';
import type { ClusterConfig, Config } from '../../../lib/config/config.ts';
import { settingsOf } from '../../../lib/config/settings.ts';
import { CLIENT } from '../reach/caller.ts';
import type { Check } from '../reach/carry-out.ts';
import { lifeOf } from '../reach/life.ts';
import { frontierVerdict } from '../reach/standing.ts';
import { tableRefusal } from '../reach/verdict.ts';
import { namingVerdict } from './naming.ts';

export interface DeployedChecks {
  readonly config: Config;
  readonly cluster: ClusterConfig;
  /** Where table and function are. */
  readonly home: { readonly account: string; readonly region: string };
  readonly now: number;
}

type Look = (checks: DeployedChecks, signal: AbortSignal) => ReturnType<Check['look']>;

/** What there is to see of a cluster that is forwarded already, in the order in which it is told. */
export const DEPLOYED = {
  naming: async (checks) => namingVerdict(settingsFor(checks), keptFor(checks)),
  'last run': async ({ cluster, home, now }, signal) => lifeOf(cluster, home.region, now).lastRun(signal),
  frontier: async (checks) => {
    const { config, cluster, now } = checks;
    try {
      return frontierVerdict({ ...cluster, checkpoint: await keptFor(checks).store.peek(), now });
    } catch (error) {
      return tableRefusal(config.table, error);
    }
  },
} as const satisfies Record<string, Look>;

function settingsFor({ config, cluster, home }: DeployedChecks) {
  return settingsOf(config, cluster, home);
}

function keptFor(checks: DeployedChecks) {
  const { table, source } = settingsFor(checks);
  const items = new SourceTable(table, source, { region: checks.home.region, ...CLIENT });
  return { store: new DynamoCheckpoints(items), ledger: new DynamoLedger(items) };
}
