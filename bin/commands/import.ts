import { Command } from 'commander';
import { DAY } from '../../lambda/core/time.ts';
import type { Problem } from '../../lib/config/config.ts';
import { DAY_ALONE } from '../../lib/config/duration.ts';
import { show } from '../../lib/problems/show.ts';
import { Failed } from '../../lib/problems/usage.ts';
import { CLUSTER_FLAG, CONFIG_FLAG, type ConfigFlags, configuredAny, ownRegion } from '../cli/configured.ts';
import { counted } from '../cli/figures.ts';
import { interrupted } from '../cli/interrupt.ts';
import { startProgress } from '../cli/progress.ts';
import { timeOf } from '../cli/range.ts';
import { tellWarnings } from '../cli/warnings.ts';
import { columnsOf } from '../cli/width.ts';
import { recognised } from '../operate/import/recognise.ts';
import { type Inputs, inputsOf, type Place } from '../operate/intake/inputs.ts';
import { policyFor } from '../operate/policy/input.ts';
import { PrintingSink } from '../operate/run/printing-sink.ts';
import { importArchives, isWell } from './import-archives.ts';
import { fileProblems, foundText, importJson, importText } from './import-text.ts';
import { printDocuments } from './print-documents.ts';

interface Flags extends ConfigFlags {
  readonly as?: string;
  readonly policy?: string;
  readonly since?: string;
  readonly until?: string;
  readonly state: string;
  readonly dryRun?: true;
  readonly verify?: true;
  readonly json?: true;
}

export function importCommand(): Command {
  return new Command('import')
    .description('index audit logs that lie in files: the same event has the same id, whichever way it comes')
    .argument('<paths...>', 'files, folders, patterns, s3://bucket/prefix; - for standard input')
    .option(...CONFIG_FLAG)
    .option(...CLUSTER_FLAG)
    .option('--as <name>', "the cluster's name where the table knows none of that time (default: today's)")
    .option('--policy <name>', "a preset or a file (default: each minute by its own, else by today's)")
    .option('--since <time>', 'events from then on: 2026-11-21T12:00:00Z, 2026-11-21, or how long ago like 7d')
    .option('--until <time>', 'events of before; a day belongs to it whole')
    .option('--dry-run', 'documents to stdout, one a line; nothing is written anywhere')
    .option('--verify', 'ask Elasticsearch at the end for each document that should be there')
    .option(
      '--state <folder>',
      'where it keeps how far it is; a folder of run --state has the ledger, too',
      '.eks-audit',
    )
    .option('--json', 'the totals as JSON, on the last line of stdout')
    .addHelpText('after', MORE)
    .action((paths: readonly string[], flags: Flags) => importAndShow(paths, flags));
}

const MORE = `
Recognised by content, plain or gzipped: one event a line (kube-audit.log and
its rotations), EventList, an export of CloudWatch Logs to S3, what Firehose
wrote of a subscription, and the output of aws logs filter-log-events.

Ended before its end, the same command goes on where it was.

Examples:
  npx eks-audit import /var/log/kube-audit*.log
  npx eks-audit import export/ --since 2026-03-01 --until 2026-03-31
  zcat old.gz | npx eks-audit import - --dry-run`;

async function importAndShow(paths: readonly string[], flags: Flags): Promise<void> {
  const now = Date.now();
  const progress = startProgress();
  progress.doing(`Looking into ${paths.length === 1 ? paths[0] : counted(paths.length, 'path')}`);
  const { range, problems: wrongTimes } = rangeOf(flags, now);
  const found = await inputsOf(paths, { stdin: process.stdin, now, state: flags.state, objectsAt });
  const archives = await recognised(found.inputs).finally(() => progress.end());
  const others = [
    ...wrongTimes,
    ...flagProblems(flags, found.inputs),
    ...fileProblems([...found.problems, ...archives.problems]),
  ];
  const { config, cluster, warnings } = await configuredAny(flags, others);
  tellWarnings(warnings, config.file, (text) => progress.say(text));
  const leftOut = [...found.leftOut, ...archives.leftOut];
  for (const text of foundText({ archives: archives.archives, leftOut })) progress.say(text);
  try {
    const { policy: named, as, state, dryRun = false, verify = false } = flags;
    const policy = named === undefined ? undefined : policyFor(named, process.cwd()).policy;
    const chosen = { as, policy, state, dryRun, verify };
    const times = [flags.since ?? '', flags.until ?? ''];
    const order = { config, cluster, archives: archives.archives, range, times, now, ...chosen };
    const sink = dryRun ? new PrintingSink(printDocuments) : undefined;
    const signal = interrupted();
    // Who waits for more of it would wait for ever.
    if (paths.includes('-')) signal.addEventListener('abort', () => void process.stdin.destroy());
    const done = await importArchives(order, sink, progress, signal);
    progress.end();
    const stream = dryRun ? process.stderr : process.stdout;
    if (flags.json === true) process.stdout.write(importJson(cluster.name, dryRun, done));
    else stream.write(importText(dryRun, done, columnsOf(stream)));
    if (!isWell(done)) throw new Failed('');
  } finally {
    progress.end();
  }
}

/** What speaks to S3 is loaded only where something is there. */
async function objectsAt(place: Place): Promise<Inputs> {
  const { objectsAt: listed, s3Client } = await import('../operate/intake/s3.ts');
  return await listed(s3Client((await ownRegion()) ?? ANY_REGION), place);
}

const ANY_REGION = 'us-east-1';

function flagProblems({ as, dryRun, verify }: Flags, inputs: Inputs['inputs']): readonly Problem[] {
  const problems: Problem[] = [];
  if (as?.trim() === '') problems.push({ path: '--as', message: "Expected a cluster's name, found nothing." });
  if (dryRun === true && verify === true)
    problems.push({
      path: '--verify',
      message: 'A dry run writes nothing that could be there: leave out one of the two.',
    });
  for (const { name } of inputs.filter(({ isPassing }) => isPassing && verify === true))
    problems.push({
      path: '--verify',
      message: `It reads everything twice, and ${name} can be read but once: name a file.`,
    });
  return problems;
}

function rangeOf({ since, until }: Flags, now: number) {
  const from = since === undefined ? Number.NEGATIVE_INFINITY : timeOf('--since', since, now);
  const last = until === undefined ? Number.POSITIVE_INFINITY : timeOf('--until', until, now);
  const problems = [from, last].filter((each) => typeof each !== 'number');
  if (typeof from !== 'number' || typeof last !== 'number') return { range: { from: 0, to: 0 }, problems };
  const to = until !== undefined && DAY_ALONE.test(until) ? last + DAY : last;
  const message = `Expected a time behind that of --since, found ${show(until)}.`;
  return { range: { from, to }, problems: from < to ? [] : [{ path: '--until', message }] };
}
