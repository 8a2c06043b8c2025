import { Command } from 'commander';
import type { Minutes } from '../../lambda/core/minutes/minutes.ts';
import { isoTime, MINUTE } from '../../lambda/core/time.ts';
import type { Problem } from '../../lib/config/config.ts';
import { show } from '../../lib/problems/show.ts';
import { Failed } from '../../lib/problems/usage.ts';
import { CLUSTER_FLAG, CONFIG_FLAG, type ConfigFlags, configFlags, configured, STATE_FLAG } from '../cli/configured.ts';
import { counted, figure } from '../cli/figures.ts';
import { interrupted } from '../cli/interrupt.ts';
import { startProgress } from '../cli/progress.ts';
import { FROM_FLAG, flagsOf, minuteText, parseRange, type RangeFlags, SINCE_FLAG, TO_FLAG } from '../cli/range.ts';
import { totalsOf } from '../cli/totals.ts';
import { type Backfilled, backfill } from '../operate/backfill/backfill.ts';
import { DynamoMark } from '../operate/backfill/mark.ts';
import { interruptible } from '../operate/reach/interruptible.ts';
import { bulkSink, logGroup, stateIn } from '../operate/reach/needs.ts';
import { both, prepare } from '../operate/reach/prepare.ts';

interface Flags extends RangeFlags, ConfigFlags {
  readonly policy?: string;
  readonly json?: true;
}

export function backfillCommand(): Command {
  return new Command('backfill')
    .description('read a range again and send every line of it: always safe, the same event has the same id')
    .option(...CONFIG_FLAG)
    .option(...CLUSTER_FLAG)
    .option(...STATE_FLAG)
    .option(...FROM_FLAG)
    .option(...TO_FLAG)
    .option(...SINCE_FLAG)
    .option('--policy <current>', 'judge anew by the policy of forwarder.yaml (default: each minute by its own)')
    .option('--json', 'the totals as JSON, and nothing else on stdout')
    .action((flags: Flags) => backfillAndShow(flags));
}

async function backfillAndShow(flags: Flags): Promise<void> {
  const range = parseRange(flags, { now: Date.now() });
  const problems = [...(range.ok ? [] : range.problems), ...policyProblems(flags.policy)];
  const { config, cluster } = await configured(flags, otherwise, problems);
  if (!range.ok) return;
  const { minutes } = range;
  const signal = interrupted();
  const progress = startProgress();
  progress.doing(`Looking for ${cluster.groupName} and what else a backfill needs`);
  const needs = both(logGroup, both(stateIn(flags.state, 'problem'), bulkSink));
  const preparing = prepare({ config, cluster, env: process.env }, needs);
  const { settings, owner, table, close, ...ports } = await preparing.finally(() => progress.end());
  try {
    const done = await backfill({
      settings,
      ports: interruptible(ports, signal),
      checkpoint: () => ports.store.peek(),
      mark: new DynamoMark(table),
      owner,
      minutes,
      anew: flags.policy === 'current',
      report: ({ upTo }, { read, indexed }) =>
        progress.doing(
          `${minuteText(upTo)} · ${(upTo - minutes.from) / MINUTE} of ${counted((minutes.to - minutes.from) / MINUTE, 'minute')} · ${counted(read, 'line')} read, ${figure(indexed)} indexed`,
        ),
    });
    progress.end();
    process.stdout.write(flags.json === true ? json(cluster.name, done) : `${text(flags, done)}\n`);
    const failure = failureOf(flags, minutes, done);
    if (failure !== undefined) throw new Failed(failure);
  } finally {
    progress.end();
    await close();
  }
}

function otherwise(cluster: string): string {
  return `it has no log group that could be read again; npx eks-audit import PATH --cluster ${cluster} reads its files again.`;
}

function policyProblems(policy: string | undefined): readonly Problem[] {
  if (policy === undefined || policy === 'current') return [];
  const message = `Expected current (the policy that forwarder.yaml names), found ${show(policy)}: change the file to judge by another.`;
  return [{ path: '--policy', message }];
}

/** How to go on is said too: durations mean another range each time. */
function failureOf(flags: Flags, minutes: Minutes, { failure, numbers }: Backfilled): string | undefined {
  if (numbers.unaccounted > 0)
    return `${counted(numbers.unaccounted, 'line has', 'lines have')} no outcome. Please report this as a fault of the forwarder.`;
  if (failure === undefined) return undefined;
  const policy = flags.policy === undefined ? '' : ` --policy ${flags.policy}`;
  return `${failure}\nIt goes on where it stopped with: npx eks-audit backfill ${flagsOf(minutes)}${policy}${configFlags(flags)}`;
}

function json(cluster: string, { numbers, progress, resumed, rejudged, failure }: Backfilled): string {
  const { late, vanished, unaccounted } = numbers;
  return `${JSON.stringify({
    cluster,
    from: isoTime(progress.from),
    to: isoTime(progress.to),
    upTo: isoTime(progress.upTo),
    resumedAt: resumed === undefined ? null : isoTime(resumed),
    ...totalsOf(numbers),
    late,
    vanished,
    unaccounted,
    rejudged,
    failure: failure ?? null,
  })}\n`;
}

function text(flags: Flags, { numbers, progress, resumed, forgotten, rejudged }: Backfilled): string {
  const { read, indexed, alreadyIndexed, duplicate, dropped, parked, vanished } = numbers;
  const begin = resumed ?? progress.from;
  return [
    ...(resumed === undefined ? [] : [`Went on at ${minuteText(resumed)}, where an earlier start had stopped.`]),
    ...(forgotten === undefined
      ? []
      : [
          `An earlier backfill stopped at ${minuteText(forgotten.upTo)} of ${flagsOf(forgotten)}; that is forgotten now.`,
        ]),
    `${counted((progress.upTo - begin) / MINUTE, 'minute')} read again, ${minuteText(begin)} to ${minuteText(progress.upTo)}: ${counted(read, 'line')}, of them ${indexed} indexed now, ${alreadyIndexed} already indexed, ${duplicate} duplicate, ${dropped} dropped, ${parked} parked.`,
    ...(vanished > 0
      ? [
          `${counted(vanished, 'line that the ledger counts is', 'lines that the ledger counts are')} not in CloudWatch Logs any more.`,
        ]
      : []),
    ...(flags.policy === undefined ? [] : [anewText(rejudged, alreadyIndexed)]),
  ].join('\n');
}

function anewText(rejudged: number, alreadyIndexed: number): string {
  return (
    `${counted(rejudged, 'minute')} had been judged by another policy. What this can't change: the ${alreadyIndexed} documents that were ` +
    'there stay as they are, also where the policy would now keep more or less of them, and what the other policy kept ' +
    'is not deleted where this one drops it (account --verify calls it extra).'
  );
}
