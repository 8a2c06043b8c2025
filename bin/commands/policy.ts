import { Command } from 'commander';
import { Failed, WrongUse } from '../../lib/problems/usage.ts';
import { CLUSTER_FLAG, CONFIG_FLAG, configured } from '../cli/configured.ts';
import { counted } from '../cli/figures.ts';
import { interrupted } from '../cli/interrupt.ts';
import { noEvents } from '../cli/no-events.ts';
import { startProgress } from '../cli/progress.ts';
import { FROM_FLAG, parseRange, type RangeFlags, SINCE_FLAG, TO_FLAG } from '../cli/range.ts';
import { tellWarnings } from '../cli/warnings.ts';
import { checkPolicy } from '../operate/policy/check.ts';
import { explainEvent } from '../operate/policy/explain.ts';
import { groupLines } from '../operate/policy/group-lines.ts';
import { impactOf } from '../operate/policy/impact.ts';
import { openLines, policyFor, readEvent, until } from '../operate/policy/input.ts';
import { replayPolicy } from '../operate/policy/replay.ts';
import { logReader } from '../operate/reach/needs.ts';
import { prepare } from '../operate/reach/prepare.ts';
import { checkText, explainText, impactText, interruptedText, replayText } from './policy-text.ts';

const POLICY = "a preset's name or a policy file";
const JSON_FLAG = ['--json', 'the same as JSON, and nothing else on stdout'] as const;

interface Flags {
  readonly json?: true;
}

/** `eks-audit policy …`: the audit policy, before it is deployed. */
export function policyCommand(untilCtrlC: () => AbortSignal = interrupted): Command {
  return new Command('policy')
    .description('the audit policy, before it is deployed')
    .addCommand(checkCommand())
    .addCommand(explainCommand())
    .addCommand(replayCommand(untilCtrlC))
    .addCommand(impactCommand());
}

function checkCommand(): Command {
  return new Command('check')
    .description('would kube-apiserver take it? All problems at once, or the rules in words')
    .argument('<policy>', POLICY)
    .option(...JSON_FLAG)
    .action((policy: string, flags: Flags) => {
      const check = checkPolicy(policy, process.cwd());
      show(flags, check, () => checkText(check));
      if (!check.ok) throw new Failed('');
    });
}

function explainCommand(): Command {
  return new Command('explain')
    .description('which rule an event meets, why not those before it, and what is removed')
    .argument('<policy>', POLICY)
    .requiredOption('--event <file>', 'one audit event as JSON; - for standard input')
    .option(...JSON_FLAG)
    .action(async (policy: string, flags: Flags & { readonly event: string }) => {
      const loaded = loadedPolicy(policy);
      const explanation = explainEvent(loaded.policy, await readEvent(flags.event));
      show(flags, explanation, () => explainText(explanation));
    });
}

interface ReplayFlags extends Flags, RangeFlags {
  readonly events?: string;
  readonly config: string;
  readonly cluster?: string;
}

function replayCommand(untilCtrlC: () => AbortSignal): Command {
  return new Command('replay')
    .description('what it makes of a log: events and bytes by rule, by resource and user, and in a month')
    .argument('<policy>', POLICY)
    .option('--events <file>', 'an audit log, one event a line; - for standard input')
    .option(...SINCE_FLAG)
    .option(...FROM_FLAG)
    .option(...TO_FLAG)
    .option(...CONFIG_FLAG)
    .option(...CLUSTER_FLAG)
    .option(...JSON_FLAG)
    .addHelpText('after', '\nEither --events, or --since (or --from) to read the log group that\nforwarder.yaml names.')
    .action(async (policy: string, flags: ReplayFlags) => {
      const loaded = loadedPolicy(policy);
      const progress = startProgress();
      try {
        const { lines, name } = await linesOf(flags);
        const signal = untilCtrlC();
        const told = (read: number) => progress.doing(`${counted(read, 'line')} read`);
        const replay = await replayPolicy(loaded.policy, until(signal, lines), told);
        if (signal.aborted) {
          // A pipe that stays open would keep the process alive.
          if (flags.events === '-') process.stdin.destroy();
          throw new Failed(interruptedText(replay));
        }
        if (replay.read.events === 0) throw new WrongUse(noEvents(name, replay.unreadable.events));
        progress.end();
        show(flags, replay, () => replayText(replay, loaded.policy));
      } finally {
        progress.end();
      }
    });
}

async function linesOf(flags: ReplayFlags): Promise<{ lines: AsyncIterable<string>; name: string }> {
  const ranged = (flags.since ?? flags.from ?? flags.to) !== undefined;
  if ((flags.events !== undefined) === ranged) {
    throw new WrongUse(
      `Expected either --events FILE or a range like --since 24h, found ${ranged ? 'both' : 'neither'}.`,
    );
  }
  if (flags.events !== undefined) return { lines: await openLines(flags.events), name: `--events ${flags.events}` };
  const range = parseRange(flags, { now: Date.now() });
  const { config, cluster } = await configured(flags, otherwise, range.ok ? [] : range.problems);
  if (!range.ok) throw WrongUse.of(range.problems);
  const prepared = await prepare({ config, cluster, env: process.env }, logReader);
  return { lines: groupLines(prepared.reader, range.minutes), name: cluster.groupName };
}

function otherwise(): string {
  return 'it has no log group that could be read; name its audit log with --events FILE.';
}

function impactCommand(): Command {
  return new Command('impact')
    .description("what it asks for that EKS's own policy never records")
    .argument('<policy>', POLICY)
    .option(...JSON_FLAG)
    .action((policy: string, flags: Flags) => {
      const impossible = impactOf(loadedPolicy(policy).policy);
      show(flags, impossible, () => impactText(impossible));
    });
}

function loadedPolicy(nameOrFile: string) {
  const loaded = policyFor(nameOrFile, process.cwd());
  tellWarnings(loaded.warnings, nameOrFile);
  return loaded;
}

function show(flags: Flags, value: unknown, text: () => string): void {
  process.stdout.write(flags.json === true ? `${JSON.stringify(value)}\n` : `${text()}\n`);
}
