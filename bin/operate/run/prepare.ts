import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Settings } from '../../../lambda/contract.ts';
import type { Policy } from '../../../lambda/core/policy/policy.ts';
import { DynamoCheckpoints } from '../../../lambda/edges/dynamodb.ts';
import { DynamoLedger } from '../../../lambda/edges/ledger.ts';
import { credentialsReader } from '../../../lambda/edges/secret.ts';
import { SourceTable } from '../../../lambda/edges/table.ts';
import type { Ports } from '../../../lambda/ports.ts';
import { realPorts } from '../../../lambda/wiring.ts';
import { type ClusterConfig, type Config, type Problem, settingsOf } from '../../../lib/config/config.ts';
import { WrongUse } from '../../../lib/problems/usage.ts';
import { ownRegion } from '../../cli/configured.ts';
import { findCaller } from '../reach/caller.ts';
import { openFolder, probeFolder } from '../reach/folder.ts';
import { probeElasticsearch, probeGroup, probeTable } from '../reach/probes.ts';
import { MemoryLedger } from './memory-ledger.ts';
import { MemoryStore } from './memory-store.ts';
import { PrintingSink } from './printing-sink.ts';

export interface Order {
  readonly config: Config;
  readonly cluster: ClusterConfig;
  /** Where the cursors are kept in place of the table. */
  readonly folder: string | undefined;
  /** Whether a folder that holds no table gets one; else that is a problem. */
  readonly makesFolder: boolean;
  /** Given: a dry run, which prints its documents and writes nothing. */
  readonly print: ((lines: string) => Promise<void>) | undefined;
  /** The process's own: the SDK reads it too, and gets the cluster's Region where it finds none. */
  readonly env: NodeJS.ProcessEnv;
}

export interface Prepared {
  readonly settings: Settings<Policy>;
  readonly ports: Ports;
  /** Names the holder of the lease. */
  readonly owner: string;
  readonly table: SourceTable;
  close(): Promise<void>;
}

/** All that a run needs, reached. Throws `WrongUse` with everything that can't be: nothing was begun. */
export async function prepare(order: Order): Promise<Prepared> {
  const { config, cluster, env } = order;
  const region = (await ownRegion()) ?? cluster.region ?? '';
  env.AWS_REGION = region;
  const caller = await findCaller(region, env);
  const settings = settingsOf(config, cluster, { region, account: caller.ok ? caller.account : '' });
  const ports: Ports = { ...realPorts(settings, env), meter: { emit: () => {} } };
  const problems = [
    ...(caller.ok ? [] : [caller.problem]),
    ...(await problemsOfReach(order, settings, ports, caller.ok ? region : undefined)),
  ];
  if (problems.length > 0) throw WrongUse.of(problems);
  return withStore(order, settings, ports);
}

async function problemsOfReach(
  { config: { file }, cluster, folder, makesFolder, print, env }: Order,
  settings: Settings,
  { source, clock }: Ports,
  /** undefined: nobody is signed in to AWS. */
  region: string | undefined,
): Promise<readonly Problem[]> {
  const now = clock.now();
  const read = credentialsReader(settings.elasticsearch.secret, env);
  const table = folder === undefined && print === undefined;
  const ofFolder = folder === undefined || makesFolder ? [] : probeFolder(folder, settings);
  const found = await Promise.all([
    problemsOf(`clusters: ${cluster.name}`, region !== undefined && (() => probeGroup(source, now))),
    problemsOf('table', region !== undefined && table && (() => probeTable(settings, region))),
    problemsOf('elasticsearch', print === undefined && (() => probeElasticsearch(settings, read, now))),
  ]);
  return [...found.flat().map((problem) => ({ file, ...problem })), ...(await ofFolder)];
}

/** `probe` is false for what this run does not need, or can't ask. */
async function problemsOf(path: string, probe: false | (() => Promise<string | undefined>)): Promise<Problem[]> {
  const message = probe === false ? undefined : await probe();
  return message === undefined ? [] : [{ path, message }];
}

async function withStore({ folder, print }: Order, settings: Settings<Policy>, ports: Ports): Promise<Prepared> {
  const table = { table: new SourceTable(settings.table, settings.source), close: async () => {} };
  if (print !== undefined) {
    const dry = { ...ports, store: new MemoryStore(), ledger: new MemoryLedger(), sink: new PrintingSink(print) };
    return { settings, ports: dry, owner: 'dry run', ...table };
  }
  // Two machines may have one host name and one process number: containers do.
  const unique = `${hostname()}, process ${process.pid}, ${randomBytes(3).toString('hex')}`;
  if (folder === undefined) return { settings, ports, owner: unique, ...table };
  const kept = await openFolder(folder, settings);
  const own = { store: new DynamoCheckpoints(kept.table), ledger: new DynamoLedger(kept.table) };
  // Whoever has the folder is alone in it, so a lease left there by a run that was killed is our own.
  return { settings, ports: { ...ports, ...own }, owner: 'this folder', ...kept };
}
