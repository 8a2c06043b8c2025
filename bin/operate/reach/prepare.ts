import { DEFAULT_STREAM_PREFIX, ENVIRONMENT, type Settings } from '../../../lambda/contract.ts';
import type { Policy } from '../../../lambda/core/policy/policy.ts';
import type { Ports } from '../../../lambda/ports.ts';
import { realPorts } from '../../../lambda/wiring.ts';
import type { ClusterConfig, Config, Problem } from '../../../lib/config/config.ts';
import type { KubeAuditCluster } from '../../../lib/config/kube-audit.ts';
import { type AnyCluster, isEks } from '../../../lib/config/select.ts';
import { settingsOf } from '../../../lib/config/settings.ts';
import { WrongUse } from '../../../lib/problems/usage.ts';
import { type Caller, findCaller, settleRegion } from './caller.ts';
import { readingAs } from './reading-as.ts';

/** For which cluster a command works. */
export interface Order {
  readonly config: Config;
  /** Of one that is not EKS nothing is asked of AWS. */
  readonly cluster: AnyCluster;
  /** The process's own: the SDK reads it too, and gets the cluster's Region where it finds none. */
  readonly env: NodeJS.ProcessEnv;
  /** It works without AWS where nothing that it needs is there. Default: somebody must be signed in. */
  readonly withoutAws?: boolean;
}

/** What is known before anything is looked for. */
export interface Surroundings extends Order {
  readonly settings: Settings<Policy>;
  /** The real ones; whether they lead anywhere is not known yet. */
  readonly ports: Ports;
  /** The caller's own; undefined: nobody is signed in to AWS. */
  readonly region: string | undefined;
}

/** One thing that a command needs. To look for it makes and changes nothing. */
export type Need<T> = (surroundings: Surroundings) => Promise<Look<T>>;

export interface Look<T> {
  /** Empty: it can be reached. */
  readonly problems: readonly Problem[];
  /** Called when all that the command needs can be reached; `onClose` takes what ends it. */
  open(onClose: (close: () => Promise<void>) => void): Promise<T>;
}

/** Two needs as one: looked for at once, opened one after the other. */
export function both<A extends object, B extends object>(one: Need<A>, other: Need<B>): Need<A & B> {
  return async (surroundings) => {
    const [first, second] = await Promise.all([one(surroundings), other(surroundings)]);
    return {
      problems: [...first.problems, ...second.problems],
      open: async (onClose) => ({ ...(await first.open(onClose)), ...(await second.open(onClose)) }),
    };
  };
}

/** A need that only some flags make one. */
export function when<T extends object>(needed: boolean, need: Need<T>): Need<Partial<T>> {
  return needed ? need : async () => ({ problems: [], open: async () => ({}) });
}

/** What was needed, opened, and what is always at hand. */
export type Prepared<T> = T &
  Pick<Ports, 'clock' | 'meter' | 'memory'> & {
    readonly settings: Settings<Policy>;
    close(): Promise<void>;
  };

/** Opens what a command needs. Throws `WrongUse` with all of it that can't be reached: nothing was begun. */
export async function prepare<T extends object>(order: Order, need: Need<T>): Promise<Prepared<T>> {
  const { config, cluster, env, withoutAws = false } = order;
  const read = isEks(cluster) ? cluster : withoutLogGroup(cluster);
  const { region, caller } = isEks(cluster) ? await signedIn(cluster, env) : NOWHERE;
  const account = caller?.ok === true ? caller.account : '';
  const settings = settingsOf(config, read, { region, account });
  const ports = realPorts(
    settings,
    env,
    readingAs(settings, async () => account),
  );
  const look = await need({ ...order, settings, ports, region: caller?.ok === true ? region : undefined });
  // What is missing may be for want of AWS alone, such as the secret; where the environment has one, it is not.
  const hasOwn = [ENVIRONMENT.apiKey, ENVIRONMENT.username].some((name) => env[name]);
  const needsNone = withoutAws && (hasOwn || look.problems.length === 0);
  const problems = [...(caller === undefined || caller.ok || needsNone ? [] : [caller.problem]), ...look.problems];
  if (problems.length > 0) throw WrongUse.of(problems);
  const closers: (() => Promise<void>)[] = [];
  const opened = await look.open((close) => void closers.push(close));
  const { clock, memory } = ports;
  const close = async () => {
    for (const each of closers) await each();
  };
  return { ...opened, settings, clock, memory, meter: { emit: () => {} }, close };
}

/** `caller` undefined: nobody is asked for. */
interface SignedIn {
  readonly region: string;
  readonly caller: Caller | undefined;
}

async function signedIn(cluster: ClusterConfig, env: NodeJS.ProcessEnv): Promise<SignedIn> {
  const region = await settleRegion(cluster, env);
  return { region, caller: await findCaller(region, env) };
}

/** Where the environment names none, the SDK's clients want one though nothing is asked there. */
const ANY_REGION = 'us-east-1';
const NOWHERE: SignedIn = { region: ANY_REGION, caller: undefined };

/** What a command asks of a cluster that is not EKS: nothing is read from a log group, nor deployed. */
function withoutLogGroup({ name, indexName, policy }: KubeAuditCluster): ClusterConfig {
  const log = { groupName: '', region: ANY_REGION, streamPrefix: DEFAULT_STREAM_PREFIX, reader: null };
  const runs = { fetchInterval: 60, startFrom: 0, ages: [0], maxBytesPerRun: null, memorySize: 0 };
  return { name, indexName, policy, ...log, ...runs };
}
