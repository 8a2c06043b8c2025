import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SourceTable } from '../../../lambda/edges/table.ts';
import type { ClusterConfig, Config } from '../../../lib/config/config.ts';
import { type AnyCluster, isEks } from '../../../lib/config/select.ts';
import { settingsOf } from '../../../lib/config/settings.ts';
import { WrongUse } from '../../../lib/problems/usage.ts';
import { deployedOf } from '../../../lib/stack/deployed.ts';
import { dashboardName, dashboardUrl, STACK } from '../../../lib/stack/name.ts';
import { CLIENT, findCaller, settleRegion } from '../reach/caller.ts';
import { lifeOf } from '../reach/life.ts';
import { ringing } from './alarms.ts';
import { folderStatus } from './folder.ts';
import { elsewhereStatus } from './followed.ts';
import { type Looks, lookAt, type Status } from './lines.ts';
import { deployedVerdict, fileVerdict, judgedVerdict } from './made-of.ts';
import { tableLooks } from './table.ts';

export interface Question {
  readonly config: Config;
  /** Those to tell of. */
  readonly clusters: readonly AnyCluster[];
  /** The folder of `run --state` in place of AWS. */
  readonly folder: string | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/** Each time anew, milliseconds now. */
export type Look = (now: number) => Promise<Status>;

/** Finds out whom to ask. Throws `WrongUse` where nobody can be; what may not be asked is a line that says so. */
export async function statusOf(question: Question): Promise<Look> {
  const clusters = question.clusters.filter(isEks);
  const others = question.clusters.filter((each) => !isEks(each));
  const look = await runsOf({ ...question, clusters });
  return async (now) => {
    const status = await look(now);
    const elsewhere = await Promise.all(others.map(({ name }) => elsewhereStatus(name)));
    return { ...status, clusters: [...status.clusters, ...elsewhere] };
  };
}

interface RunsQuestion extends Omit<Question, 'clusters'> {
  readonly clusters: readonly ClusterConfig[];
}

async function runsOf({ config, clusters, folder, env }: RunsQuestion): Promise<Look> {
  if (folder !== undefined) return (now) => folderStatus({ folder, config, clusters, now });
  const region = await settleRegion(clusters[0], env);
  const caller = await findCaller(region, env);
  if (!caller.ok) throw WrongUse.of([caller.problem]);
  const home = { region, account: caller.account };
  return async (now) => ({
    at: now,
    clusters: await Promise.all(
      clusters.map((cluster) => lookAt(cluster.name, deployedLooks({ config, cluster, home, now }))),
    ),
    dashboard: dashboardUrl(dashboardName(STACK, region), region),
  });
}

interface Deployment {
  readonly config: Config;
  readonly cluster: ClusterConfig;
  readonly home: { readonly account: string; readonly region: string };
  readonly now: number;
}

function deployedLooks({ config, cluster, home, now }: Deployment): Looks {
  const { region } = home;
  const settings = settingsOf(config, cluster, { ...home, inNetwork: true });
  const items = new SourceTable(config.table, settings.source, { region, ...CLIENT });
  const { table, alarms } = config;
  const { judge, ...looks } = tableLooks({ items, table, region, cluster, silence: alarms.silence, now });
  const { described, lastRun } = lifeOf(cluster, region, now);
  return {
    ...looks,
    deployed: async (signal) => deployedVerdict(await described(signal), now),
    file: async (signal) =>
      fileVerdict(await described(signal), deployedOf(settings, cluster.policy.name)) ??
      judge((kept) => judgedVerdict(kept, cluster))(),
    lastRun,
    alarms: (signal) => ringing(new CloudWatchClient({ region, ...CLIENT }), cluster.name, now, signal),
  };
}
