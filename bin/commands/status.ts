import { clearScreenDown, cursorTo } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import type { Problem } from '../../lib/config/config.ts';
import { show } from '../../lib/problems/show.ts';
import { Failed, WrongUse } from '../../lib/problems/usage.ts';
import { CONFIG_FLAG, type ConfigFlags, chosen, configuration, STATE_FLAG } from '../cli/configured.ts';
import { interrupted } from '../cli/interrupt.ts';
import { startProgress } from '../cli/progress.ts';
import { isWrong, type Status } from '../operate/status/lines.ts';
import { type Look, statusOf } from '../operate/status/status.ts';
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
  const { config } = await configuration(flags.config);
  const clusters = chosen(config, flags.cluster);
  const progress = startProgress();
  progress.doing(flags.state === undefined ? 'Asking AWS' : `Looking into ${flags.state}`);
  let look: Look;
  let status: Status;
  try {
    look = await statusOf({ config, clusters, folder: flags.state, env: process.env });
    status = await look(Date.now());
  } finally {
    progress.end();
  }
  if (flags.watch === undefined) tell(status, flags);
  else status = await repeat(look, status, flags);
  if (isWrong(status)) throw new Failed('');
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
