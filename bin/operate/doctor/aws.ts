import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EKSClient } from '@aws-sdk/client-eks';
import type { Settings } from '../../../lambda/contract.ts';
import { Stopped } from '../../../lambda/core/stopped.ts';
import { watchDate } from '../../../lambda/edges/aws-date.ts';
import type { ClusterConfig, Config } from '../../../lib/config/config.ts';
import { settingsOf } from '../../../lib/config/settings.ts';
import { type Caller, CLIENT } from '../reach/caller.ts';
import { type Check, once } from '../reach/carry-out.ts';
import { readingAs } from '../reach/reading-as.ts';
import { awsRefusal, notChecked, ok, type Verdict, wrong } from '../reach/verdict.ts';
import { auditLogging } from './audit-logging.ts';
import { clockVerdict } from './clock.ts';
import { DEPLOYED } from './deployed.ts';
import * as group from './group.ts';
import { newestLine } from './newest.ts';
import { tableExpiry, tableKeys, tableRecovery } from './table.ts';

export interface AwsChecks {
  readonly config: Config;
  /** Those to look at. */
  readonly clusters: readonly ClusterConfig[];
  /** The caller's own, where the table is. */
  readonly region: string;
  readonly caller: () => Promise<Caller>;
  readonly now: number;
}

export function awsChecks({ config, clusters, region, caller, now }: AwsChecks): readonly Check[] {
  const signedIn = (look: Check['look']) => async (signal: AbortSignal) =>
    (await caller()).ok ? look(signal) : notChecked('needs AWS credentials');
  const dynamodb = new DynamoDBClient({ region, ...CLIENT });
  const own = async () => {
    const signed = await caller();
    return signed.ok ? signed.account : '';
  };
  const dates = clusters.map((cluster) =>
    clusterChecks(cluster, region, settingsOf(config, cluster, { region, account: '' }), own),
  );
  const table = { name: config.table, existing: config.existingTable };
  return [
    { name: 'AWS credentials', look: async () => callerVerdict(await caller()) },
    ...dates.flatMap(({ checks }) => checks.map(({ name, look }) => ({ name, look: signedIn(look) }))),
    { name: 'clock and AWS', look: signedIn(() => awsClock(dates)) },
    { name: 'table', look: signedIn((signal) => tableKeys(dynamodb, table, signal)) },
    { name: 'table, expiry', look: signedIn((signal) => tableExpiry(dynamodb, table, signal)) },
    { name: 'table, recovery', look: signedIn((signal) => tableRecovery(dynamodb, table, signal)) },
    ...clusters.flatMap((cluster) =>
      Object.entries(DEPLOYED).map(([name, look]) => ({
        name: `${cluster.name}: ${name}`,
        look: async (signal: AbortSignal) => {
          const signed = await caller();
          if (!signed.ok) return notChecked('needs AWS credentials');
          return look({ config, cluster, home: { region, account: signed.account }, now }, signal);
        },
      })),
    ),
  ];
}

function callerVerdict(caller: Caller): Verdict {
  return caller.ok ? ok(`Account ${caller.account}.`) : wrong(caller.problem.message);
}

interface Dated {
  readonly checks: readonly Check[];
  /** The clocks when AWS answered about this cluster; undefined: it gave no answer. */
  readonly clocks: () => Promise<{ readonly theirs: number; readonly ours: number } | undefined>;
}

function clusterChecks(cluster: ClusterConfig, own: string, settings: Settings, caller: () => Promise<string>): Dated {
  const { name, groupName, streamPrefix, reader, ages } = cluster;
  const region = cluster.region ?? own;
  const credentials = readingAs(settings, caller);
  const options = { region, ...CLIENT, ...(credentials === undefined ? {} : { credentials }) };
  const logs = new CloudWatchLogsClient(options);
  const eks = new EKSClient(options);
  const serverTime = watchDate(logs);
  const described = once(async () => ({ group: await group.describeGroup(logs, groupName), answeredAt: Date.now() }));
  const streams = once(() => group.describeStreams(logs, groupName, streamPrefix));
  const source = { group: groupName, prefix: streamPrefix };
  const role = once(async () =>
    credentials === undefined ? undefined : roleVerdict(reader?.roleArn ?? '', settings.source.account, credentials),
  );
  const asReader = (look: Check['look']) => async (signal: AbortSignal) => {
    const verdict = await role();
    return verdict === undefined || verdict.state === 'ok' ? look(signal) : notChecked('needs the reader role');
  };
  const of = (what: string) => `${name}: ${what}`;
  const checks: readonly Check[] = [
    { name: of('log group'), look: async () => group.groupVerdict((await described()).group) },
    { name: of('log class'), look: async () => group.classVerdict((await described()).group) },
    {
      name: of('retention of the log group'),
      look: async () => group.retentionVerdict((await described()).group, ages.at(-1) ?? 0),
    },
    { name: of('audit streams'), look: async () => group.streamsVerdict(await streams(), streamPrefix) },
    { name: of('audit logging'), look: (signal) => auditLogging(eks, groupName, signal) },
    {
      name: of('newest line'),
      look: async (signal) => newestLine(logs, source, await streams(), Date.now(), signal),
    },
  ];
  return {
    checks: [
      ...(credentials === undefined
        ? []
        : [{ name: of('reader role'), look: async () => (await role()) ?? ok('') } satisfies Check]),
      ...checks.map((check) => ({ name: check.name, look: asReader(check.look) })),
    ],
    clocks: async () => {
      const { answeredAt } = await described();
      const theirs = serverTime();
      return theirs === undefined ? undefined : { theirs, ours: answeredAt };
    },
  };
}

async function roleVerdict(roleArn: string, account: string, credentials: () => Promise<unknown>): Promise<Verdict> {
  try {
    await credentials();
    return ok(`${roleArn} lets these credentials in, or they are of account ${account} themselves.`);
  } catch (error) {
    if (error instanceof Stopped) return notChecked(error.message);
    return awsRefusal(error, `sts:AssumeRole on ${roleArn}`, `assume ${roleArn}`, `There is no role ${roleArn}`);
  }
}

async function awsClock(clusters: readonly Dated[]): Promise<Verdict> {
  const seen = (await Promise.all(clusters.map(({ clocks }) => clocks()))).find((each) => each !== undefined);
  return clockVerdict('AWS', seen?.theirs, seen?.ours ?? 0);
}
