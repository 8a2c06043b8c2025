import { clearScreenDown, cursorTo } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import type { Problem } from '../../lib/config/config.ts';
import { type AnyCluster, isEks } from '../../lib/config/select.ts';
import { show } from '../../lib/problems/show.ts';
import { Failed, WrongUse } from '../../lib/problems/usage.ts';
import { CONFIG_FLAG, type ConfigFlags, chosen, configuration, STATE_FLAG } from '../cli/configured.ts';
import { interrupted } from '../cli/interrupt.ts';
import { type Progress, startProgress } from '../cli/progress.ts';
import { followedStatus } from '../operate/status/followed.ts';
import { isWrong, type Status } from '../operate/status/lines.ts';
import { type Look, statusOf } from '../operate/status/status.ts';
import { logStateIn, passedOnIn } from './log-state.ts';
import { statusJson, statusText } from './status-text.ts';

interface Flags extends ConfigFlags {
  readonly watch?: string | true;
  readonly json?: true;
}

/** Seconds: so often `--watch` looks by itself, and no more often or seldom than these. */
const EVERY = 30;
const LEAST = 5;
const MOST = 86_400;

export function statusCommand(): Command {
  return new Command('status')
    .description('whether all is well: what is deployed, the last run, how far behind, lines by outcome, alarms')
    .option(...CONFIG_FLAG)
    .option('--cluster <name>', 'tell of this cluster alone (default: all of the file)')
    .option(...STATE_FLAG)
    .option('--watch [seconds]', `tell it anew every so many seconds (default ${EVERY}), until Ctrl-C`)
    .option('--json', 'the same as JSON in one line, and nothing else on stdout')
    .action((flags: Flags) => lookAndShow(flags));
}

async function lookAndShow(flags: Flags): Promise<void> {
  const problems = problemsOf(flags);
  if (problems.length > 0) throw WrongUse.of(problems);
  const progress = startProgress();
  let look: Look;
  let status: Status;
  try {
    look = (await lookAtLog(flags)) ?? (await lookAtRuns(flags, progress));
    status = await look(Date.now());
  } finally {
    progress.end();
  }
  if (flags.watch === undefined) tell(status, flags);
  else status = await repeat(look, status, flags);
  if (isWrong(status)) throw new Failed('');
}

/** undefined: no folder of `follow` or `receive` is named. Such a folder says itself of which cluster it is. */
async function lookAtLog({ state: folder, cluster: wanted }: Flags): Promise<Look | undefined> {
  const state = folder === undefined ? undefined : await logStateIn(folder);
  if (folder === undefined || state === undefined) return undefined;
  const { cluster } = state;
  if (wanted !== undefined && wanted !== cluster)
    throw WrongUse.of([
      { path: '--cluster', message: `${folder} holds the state of ${show(cluster)}, not of ${show(wanted)}.` },
    ]);
  return (now) => followedStatus({ folder, read: () => passedOnIn(folder), cluster, now });
}

async function lookAtRuns(flags: Flags, progress: Progress): Promise<Look> {
  const { state: folder } = flags;
  const { config } = await configuration(flags.config);
  const clusters = chosen(config, flags.cluster);
  if (!clusters.some(isEks)) throw WrongUse.of([stateProblem(folder, clusters)]);
  progress.doing(folder === undefined ? 'Asking AWS' : `Looking into ${folder}`);
  return await statusOf({ config, clusters, folder, env: process.env });
}

/** Where no cluster is on EKS, only the folder of who passes a log on tells anything. */
function stateProblem(folder: string | undefined, clusters: readonly AnyCluster[]): Problem {
  const which = 'the folder of follow or receive, on the machine that passes its log on';
  const names = clusters.map(({ name }) => show(name)).join(', ');
  return folder === undefined
    ? {
        path: '--state',
        message: `Needed, since ${names} ${clusters.length === 1 ? 'is' : 'are'} not EKS: name ${which}.`,
      }
    : { path: `--state ${folder}`, message: `Neither follow nor receive has kept anything there: name ${which}.` };
}

function problemsOf({ watch = true }: Flags): readonly Problem[] {
  const seconds = Number(watch);
  if (watch === true || (seconds >= LEAST && seconds <= MOST)) return [];
  const message = `Expected ${LEAST} to ${MOST} seconds, found ${show(watch)}: write ${EVERY}.`;
  return [{ path: '--watch', message }];
}

function tell(status: Status, { json }: Flags): void {
  process.stdout.write(json === true ? statusJson(status) : statusText(status, process.stdout));
}

/** The last one before Ctrl-C. */
async function repeat(look: Look, first: Status, flags: Flags): Promise<Status> {
  const signal = interrupted();
  const seconds = flags.watch === true ? EVERY : Number(flags.watch);
  const redraws = process.stdout.isTTY === true && flags.json !== true;
  for (let status = first; ; status = await look(Date.now())) {
    if (redraws) {
      cursorTo(process.stdout, 0, 0);
      clearScreenDown(process.stdout);
    }
    tell(status, flags);
    if (redraws) process.stdout.write(`Anew every ${seconds} s; Ctrl-C ends it.\n`);
    else if (flags.json !== true) process.stdout.write('\n');
    await sleep(seconds * 1000, undefined, { signal }).catch(() => {});
    if (signal.aborted) return status;
  }
}
