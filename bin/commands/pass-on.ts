import { join } from 'node:path';
import { indicesOf } from '../../lambda/core/index-pattern.ts';
import { systemClock } from '../../lambda/edges/clock.ts';
import { elasticsearchClient } from '../../lambda/edges/elasticsearch.ts';
import { credentialsReader } from '../../lambda/edges/secret.ts';
import type { Config, Problem } from '../../lib/config/config.ts';
import { parseDuration } from '../../lib/config/duration.ts';
import { type KubeAuditCluster, namingFor } from '../../lib/config/kube-audit.ts';
import { claimsOf } from '../../lib/elasticsearch/template.ts';
import { show } from '../../lib/problems/show.ts';
import { WrongUse } from '../../lib/problems/usage.ts';
import { interrupted } from '../cli/interrupt.ts';
import { startProgress } from '../cli/progress.ts';
import { tellWarnings } from '../cli/warnings.ts';
import { DiskFolder } from '../operate/follow/disk.ts';
import type { LogFolder } from '../operate/follow/folder.ts';
import { follow } from '../operate/follow/follow.ts';
import { IntakeTaker } from '../operate/follow/intake-taker.ts';
import type { LogNames } from '../operate/follow/names.ts';
import { patientSending } from '../operate/follow/sending.ts';
import { stateOf } from '../operate/follow/state.ts';
import { lockFolder } from '../operate/intake/lock.ts';
import { mappedOtherwise } from './own-mapping.ts';

/** What `follow` and `receive` share: both pass on a log of a cluster that is not EKS. */
export interface LogFlags {
  readonly config: string;
  readonly cluster?: string;
  readonly state: string;
  readonly maxLag?: string;
}

export const LOG_STATE_FLAG = ['--state <folder>', 'what was passed on is kept in this folder'] as const;
export const MAX_LAG_FLAG = [
  '--max-lag <duration>',
  'the health file says no when the log is further behind (15m), and for a day when a file went unread',
] as const;

export interface PassOnOrder {
  readonly config: Config;
  readonly warnings: readonly Problem[];
  readonly cluster: KubeAuditCluster;
  readonly flags: LogFlags;
  /** Names the log in its state. */
  readonly log: string;
  /** Where its files are, and how they are named. */
  readonly folder: string;
  readonly names: LogNames;
  /** Says of which log it is, for people. */
  readonly doing: string;
  /** Begins what goes on beside it, and gives what ends that. Its folder of state is this process's alone by then. */
  readonly beside?: (say: (sentence: string) => void) => Promise<() => Promise<void>>;
  /** Files that were passed on are removed, and this hears their names. Absent: they are not. */
  readonly removed?: (name: string) => void;
}

/** Passes a log on until the first signal. */
export async function passOnLog(order: PassOnOrder): Promise<void> {
  const { config, cluster, flags, log, removed } = order;
  const progress = startProgress();
  const say = (text: string) => progress.say(text);
  tellWarnings(order.warnings, config.file, say);
  const signal = interrupted();
  const lock = await usable(flags.state, lockFolder(flags.state, new Date()));
  const disk = new DiskFolder(order.folder, flags.state);
  let end = async () => {};
  try {
    const state = await usable(flags.state, stateOf(flags.state, cluster.name, log, systemClock.now()));
    end = (await usable(flags.state, order.beside?.(say))) ?? end;
    const sending = sendingOf(config, cluster, signal, say);
    say(`${order.doing} for ${cluster.name}.`);
    await follow({
      folder: removed === undefined ? disk : telling(disk, removed),
      removes: removed !== undefined,
      names: order.names,
      taker: new IntakeTaker(sending.intake, (name) => join(order.folder, name), signal),
      clock: systemClock,
      folderOfState: flags.state,
      state,
      maxLag: flags.maxLag === undefined ? undefined : parseDuration(flags.maxLag),
      waiting: sending.waiting,
      signal,
      say,
      report: (figures) => void process.stdout.write(`${JSON.stringify(figures)}\n`),
    });
  } finally {
    progress.end();
    await end();
    await disk.close();
    await lock.release();
  }
}

/** Throws `WrongUse` where nobody can keep a state there. */
async function usable<T>(folder: string, done: T | Promise<T>): Promise<T> {
  try {
    return await done;
  } catch (error) {
    if (error instanceof WrongUse || !(error instanceof Error && 'code' in error)) throw error;
    throw WrongUse.of([
      { path: `--state ${folder}`, message: `No state can be kept there (${error.code}). Name another folder.` },
    ]);
  }
}

function telling(disk: DiskFolder, removed: (name: string) => void): LogFolder {
  return {
    list: (wanted) => disk.list(wanted),
    open: (name) => disk.open(name),
    remove: async (name) => {
      await disk.remove(name);
      removed(name);
    },
  };
}

function sendingOf(config: Config, cluster: KubeAuditCluster, signal: AbortSignal, say: (sentence: string) => void) {
  const { elasticsearch } = config;
  const naming = namingFor(elasticsearch, cluster);
  const mappingFaults = () => faultsOf(config, cluster);
  return patientSending({
    naming,
    policy: cluster.policy.policy,
    elasticsearch,
    env: process.env,
    signal,
    mappingFaults,
    say,
  });
}

export function lagProblems({ maxLag }: Pick<LogFlags, 'maxLag'>): readonly Problem[] {
  if (maxLag === undefined || parseDuration(maxLag) !== undefined) return [];
  return [{ path: '--max-lag', message: `Expected a duration, found ${show(maxLag)}: write it like 15m.` }];
}

/** The cluster that is not EKS and that `--cluster` names; without it the only one. */
export function otherCluster({ others, clusters, file }: Config, name: string | undefined): KubeAuditCluster {
  const found = name === undefined ? others[0] : others.find((each) => each.name === name);
  if (found !== undefined && (name !== undefined || others.length === 1)) return found;
  const names = others.map((each) => each.name).join(', ');
  const no = (message: string) => WrongUse.of([{ path: '--cluster', message }]);
  if (others.length === 0)
    throw no(
      `${file} has no cluster with kubeAudit: write one under clusters, like "- name: onprem" with kubeAudit: {}.`,
    );
  if (name === undefined) throw no(`Needed, since there are several clusters with kubeAudit: ${names}.`);
  const isEks = clusters.some((each) => each.name === name);
  throw no(
    isEks
      ? `${show(name)} is read from CloudWatch Logs. Not so: ${names}.`
      : `No cluster with kubeAudit is named ${show(name)}. Configured: ${names}.`,
  );
}

/** Empty where Elasticsearch does not answer. */
async function faultsOf({ elasticsearch }: Config, { indexName }: KubeAuditCluster): Promise<readonly string[]> {
  const client = elasticsearchClient(elasticsearch, await credentialsReader(elasticsearch.secret, process.env)());
  try {
    return await mappedOtherwise(client, claimsOf(indicesOf(elasticsearch), [indexName], Date.now()));
  } finally {
    await client.close();
  }
}
