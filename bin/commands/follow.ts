import { accessSync, constants, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Command } from 'commander';
import { indicesOf } from '../../lambda/core/index-pattern.ts';
import { systemClock } from '../../lambda/edges/clock.ts';
import { elasticsearchClient } from '../../lambda/edges/elasticsearch.ts';
import { credentialsReader } from '../../lambda/edges/secret.ts';
import type { Config, Problem } from '../../lib/config/config.ts';
import { parseDuration } from '../../lib/config/duration.ts';
import { type KubeAuditCluster, namingFor } from '../../lib/config/kube-audit.ts';
import { claimsOf } from '../../lib/elasticsearch/template.ts';
import { fileFault } from '../../lib/problems/file.ts';
import { show } from '../../lib/problems/show.ts';
import { WrongUse } from '../../lib/problems/usage.ts';
import { CLUSTER_FLAG, CONFIG_FLAG, configuration } from '../cli/configured.ts';
import { interrupted } from '../cli/interrupt.ts';
import { startProgress } from '../cli/progress.ts';
import { tellWarnings } from '../cli/warnings.ts';
import { DiskFolder } from '../operate/follow/disk.ts';
import { follow } from '../operate/follow/follow.ts';
import { IntakeTaker } from '../operate/follow/intake-taker.ts';
import { lockFolder } from '../operate/follow/lock.ts';
import { namesOf } from '../operate/follow/names.ts';
import { patientSending } from '../operate/follow/sending.ts';
import { stateOf } from '../operate/follow/state.ts';
import { mappedOtherwise } from './own-mapping.ts';

interface Flags {
  readonly config: string;
  readonly cluster?: string;
  readonly state: string;
  readonly maxLag?: string;
}

export const OTHER_STATE_FLAG = ['--state <folder>', 'what was passed on is kept in this folder'] as const;
export const MAX_LAG_FLAG = [
  '--max-lag <duration>',
  'the health file says no when the log is further behind (15m), and for a day when a file went unread',
] as const;

export function followCommand(): Command {
  return new Command('follow')
    .description('pass on the audit log that an API server writes to a file, of a cluster that is not EKS')
    .argument('[path]', 'its --audit-log-path (default: kubeAudit.path in forwarder.yaml)')
    .requiredOption(...OTHER_STATE_FLAG)
    .option(...CONFIG_FLAG)
    .option(...CLUSTER_FLAG)
    .option(...MAX_LAG_FLAG)
    .addHelpText('after', MORE)
    .action((path: string | undefined, flags: Flags) => followLog(path, flags));
}

const MORE = `
Credentials: ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USERNAME with
ELASTICSEARCH_PASSWORD, win over the secret of forwarder.yaml.

Stdout: a line of figures as JSON each minute. The folder of the state holds the
same as health.json, written every five seconds. Ctrl-C ends it in order.

Example:
  npx eks-audit follow /var/log/kubernetes/audit/kube-audit.log \\
    --state /var/lib/eks-audit/onprem --max-lag 15m`;

async function followLog(given: string | undefined, flags: Flags): Promise<void> {
  const { config, warnings } = await configuration(flags.config, undefined, lagProblems(flags));
  const cluster = otherCluster(config, flags.cluster);
  const path = pathOf(given, cluster, config);
  const problems = [...lagProblems(flags), ...reachProblems(path)];
  if (problems.length > 0) throw WrongUse.of(problems);
  const progress = startProgress();
  const say = (text: string) => progress.say(text);
  tellWarnings(warnings, config.file, say);
  const signal = interrupted();
  const lock = await lockFolder(flags.state, new Date());
  const folder = new DiskFolder(dirname(path), flags.state);
  try {
    const state = await stateOf(flags.state, cluster.name, path);
    const { elasticsearch } = config;
    const naming = namingFor(elasticsearch, cluster);
    const mappingFaults = () => faultsOf(config, cluster);
    const { policy } = cluster.policy;
    const sending = patientSending({ naming, policy, elasticsearch, env: process.env, signal, mappingFaults, say });
    say(`Following ${path} for ${cluster.name}.`);
    await follow({
      folder,
      names: namesOf(basename(path)),
      taker: new IntakeTaker(sending.intake, (name) => join(dirname(path), name), signal),
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
    await folder.close();
    await lock.release();
  }
}

export function lagProblems({ maxLag }: Pick<Flags, 'maxLag'>): readonly Problem[] {
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

function pathOf(given: string | undefined, { name, path }: KubeAuditCluster, { file }: Config): string {
  const found = given ?? path;
  if (found !== undefined) return resolve(found);
  const message = `Missing: the file to follow is needed; name it here, or as kubeAudit.path of ${name} in ${file}.`;
  throw WrongUse.of([{ path: 'path', message }]);
}

/** The file itself may come later. */
function reachProblems(path: string): readonly Problem[] {
  const folder = dirname(path);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    return [
      {
        path,
        message: `There is no folder ${show(folder)}: name the file that --audit-log-path of the API server names.`,
      },
    ];
  try {
    accessSync(folder, constants.R_OK | constants.X_OK);
    if (statSync(path, { throwIfNoEntry: false }) !== undefined) accessSync(path, constants.R_OK);
    return [];
  } catch (error) {
    return [
      { path, message: `${fileFault(path, error)}: the API server lets its own user alone read it, root mostly.` },
    ];
  }
}

/** Empty where Elasticsearch does not answer. */
export async function faultsOf({ elasticsearch }: Config, { indexName }: KubeAuditCluster): Promise<readonly string[]> {
  const client = elasticsearchClient(elasticsearch, await credentialsReader(elasticsearch.secret, process.env)());
  try {
    return await mappedOtherwise(client, claimsOf(indicesOf(elasticsearch), [indexName], Date.now()));
  } finally {
    await client.close();
  }
}
