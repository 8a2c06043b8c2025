import { Command } from 'commander';
import { DEFAULTS } from '../../lib/config/defaults.ts';
import { interrupted } from '../cli/interrupt.ts';
import { startProgress } from '../cli/progress.ts';
import { policyFor } from '../operate/policy/input.ts';
import { readEvents } from '../operate/try/feed.ts';
import { openState } from '../operate/try/state.ts';
import { type TryResult, tryForwarder } from '../operate/try/try.ts';
import { table } from './table.ts';
import { totalsJson, totalsText } from './totals-text.ts';

interface Flags {
  readonly once?: true;
  readonly fresh?: true;
  readonly json?: true;
  readonly events?: string;
  readonly policy: string;
  readonly state: string;
}

export function tryCommand(): Command {
  return new Command('try')
    .description(
      'the main job on this machine: sample events, the very function that Lambda runs, a real Elasticsearch',
    )
    .option('--once', 'end when every line fed has a confirmed outcome')
    .option('--fresh', 'begin anew: forget what earlier starts left')
    .option('--events <file>', 'feed a real audit log (one event a line) in place of the samples')
    .option('--policy <preset|file>', 'the audit policy', DEFAULTS.policy)
    .option('--state <folder>', 'where everything is kept between starts', '.eks-audit/try')
    .option('--json', 'the totals as JSON, on the last line of stdout')
    .action((flags: Flags) => tryAndShow(flags));
}

async function tryAndShow(flags: Flags): Promise<void> {
  const { policy } = policyFor(flags.policy, process.cwd());
  const events = flags.events === undefined ? undefined : readEvents(flags.events);
  const state = openState(flags.state, flags.fresh === true, process.env.ELASTICSEARCH_URL);
  const progress = startProgress();
  const once = flags.once === true;
  const signal = interrupted();
  const result = await tryForwarder({ state, policy, events, once, signal, progress });
  process.stdout.write(flags.json === true ? totalsJson(result) : people(result));
  if (once && signal.aborted) process.exitCode = 1;
}

function people(result: TryResult): string {
  const { changes } = result;
  const rows = changes.map(({ when, who, verb, what, code }) => [when, who, verb, what, code]);
  return [
    '',
    totalsText(result),
    '',
    changes.length === 0
      ? 'No policy changes among them.'
      : `The latest policy changes, read back from Elasticsearch:\n${table(['when', 'who', 'verb', 'what', 'code'], rows)}`,
    '',
  ].join('\n');
}
