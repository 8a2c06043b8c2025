import { Command } from 'commander';
import { namingOf } from '../../lambda/contract.ts';
import type { Minutes } from '../../lambda/core/minutes/minutes.ts';
import { MinuteRules } from '../../lambda/minute-rules.ts';
import type { Problem } from '../../lib/config/config.ts';
import type { Selection } from '../../lib/elasticsearch/parked.ts';
import { Failed } from '../../lib/problems/usage.ts';
import { CLUSTER_FLAG, CONFIG_FLAG, type ConfigFlags, configFlags, configured, STATE_FLAG } from '../cli/configured.ts';
import { counted } from '../cli/figures.ts';
import { interrupted } from '../cli/interrupt.ts';
import { startProgress } from '../cli/progress.ts';
import { FROM_FLAG, flagsOf, parseRange, type RangeFlags, SINCE_FLAG, TO_FLAG } from '../cli/range.ts';
import { linesOf, type ParkedLine } from '../operate/parked/lines.ts';
import { type RedriveResult, redrive } from '../operate/parked/redrive.ts';
import { textOf } from '../operate/parked/text.ts';
import { interruptibleSending } from '../operate/reach/interruptible.ts';
import { bulkSink, indexedDocuments, stateIn, unprobedReader } from '../operate/reach/needs.ts';
import { both, prepare } from '../operate/reach/prepare.ts';
import { listing } from './parked-list.ts';
import { redriveJson, redriveText, shownJson, shownText } from './parked-text.ts';

interface ListFlags extends RangeFlags, ConfigFlags {
  readonly reason?: string;
  readonly all?: true;
  readonly json?: true;
}

interface ShowFlags extends ConfigFlags {
  readonly raw?: true;
  readonly json?: true;
}

interface RedriveFlags extends RangeFlags, ConfigFlags {
  readonly reason?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/** `eks-audit parked …`: what could not be indexed, and how it is indexed after all. */
export function parkedCommand(): Command {
  return new Command('parked')
    .description('lines that could not be indexed: what they are, and indexing them after all')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(redriveCommand());
}

const REASON_FLAG = ['--reason <reason>', "only those parked for this reason, like 'too large'"] as const;

function listCommand(): Command {
  return new Command('list')
    .description('what is parked, the oldest first, and how many for which reason')
    .option(...CONFIG_FLAG)
    .option(...CLUSTER_FLAG)
    .option(...STATE_FLAG)
    .option(...SINCE_FLAG)
    .option(...FROM_FLAG)
    .option(...TO_FLAG)
    .option(...REASON_FLAG)
    .option('--all', 'those too that were redriven')
    .option('--json', 'the same as JSON, and nothing else on stdout')
    .action((flags: ListFlags) => list(flags));
}

async function list(flags: ListFlags): Promise<void> {
  const { minutes, problems } = rangeOf(flags);
  const { found, opened } = await open(flags, problems);
  try {
    const pages = opened.parked.search(selectionOf(minutes, flags.reason));
    await listing(found.cluster.name, linesOf(pages), flags, (text) => write(text));
  } finally {
    await opened.close();
  }
}

function showCommand(): Command {
  return new Command('show')
    .description('all that is known of a parked line, its text, and what to do about it')
    .argument('<id>', 'as parked list names it')
    .option(...CONFIG_FLAG)
    .option(...CLUSTER_FLAG)
    .option(...STATE_FLAG)
    .option('--raw', 'the text exactly, and nothing else on stdout')
    .option('--json', 'the same as JSON, and nothing else on stdout')
    .action((id: string, flags: ShowFlags) => showLine(id, flags));
}

async function showLine(id: string, flags: ShowFlags): Promise<void> {
  const { found, opened } = await open(flags, []);
  try {
    const lines: ParkedLine[] = [];
    for await (const line of linesOf(opened.parked.search({ ids: [id] }))) if (line.id === id) lines.push(line);
    const [line] = lines;
    if (line === undefined)
      throw new Failed(`Nothing of ${found.cluster.name} is parked as ${id}: npx eks-audit parked list names what is.`);
    const text = await textOf(opened.documents, line);
    if (flags.raw === true) {
      if (text.kind === 'not whole') throw new Failed(text.why);
      await write(text.text);
    } else await write(flags.json === true ? shownJson(line, text) : shownText(line, text, configFlags(flags)));
    if (text.kind === 'not whole') throw new Failed('');
  } finally {
    await opened.close();
  }
}

/** What both need that only look. */
async function open(flags: ConfigFlags, problems: readonly Problem[]) {
  const found = await configured(flags, problems);
  const progress = startProgress();
  progress.passing(`Asking ${found.config.elasticsearch.url} what is parked of ${found.cluster.name}`);
  const needs = both(indexedDocuments, stateIn(flags.state, 'problem'));
  const preparing = prepare({ ...found, env: process.env }, needs);
  const { ledger, documentsUnder, parkedUnder, close } = await preparing.finally(() => progress.end());
  const before = await ledger.namings();
  return { found, opened: { documents: documentsUnder(before), parked: parkedUnder(before), close } };
}

function redriveCommand(): Command {
  return new Command('redrive')
    .description('index what is parked, under the id and in the index that it would have had: always safe')
    .argument('[ids...]', 'as parked list names them (default: all of the range or of the reason)')
    .option(...CONFIG_FLAG)
    .option(...CLUSTER_FLAG)
    .option(...STATE_FLAG)
    .option(...SINCE_FLAG)
    .option(...FROM_FLAG)
    .option(...TO_FLAG)
    .option(...REASON_FLAG)
    .option('--dry-run', 'say what would become of each; nothing is written anywhere')
    .option('--json', 'the totals as JSON, and nothing else on stdout')
    .action((ids: readonly string[], flags: RedriveFlags) => redriveAndShow(ids, flags));
}

async function redriveAndShow(ids: readonly string[], flags: RedriveFlags): Promise<void> {
  const { minutes, problems } = rangeOf(flags);
  const found = await configured(flags, [...problems, ...choiceProblems(ids, minutes, flags)]);
  const signal = interrupted();
  const progress = startProgress();
  progress.doing(`Looking for what is parked of ${found.cluster.name} and what else a redrive needs`);
  const needs = both(both(indexedDocuments, unprobedReader), both(stateIn(flags.state, 'problem'), bulkSink));
  const preparing = prepare({ ...found, env: process.env }, needs);
  const prepared = await preparing.finally(() => progress.end());
  const { settings, ledger, store, reader, sink, clock, documentsUnder, parkedUnder, close } = prepared;
  try {
    const before = await ledger.namings();
    const result = await redrive({
      settings,
      namings: [namingOf(settings), ...before],
      ledger,
      rules: new MinuteRules(ledger, settings),
      checkpoint: await store.peek(),
      reader,
      parked: parkedUnder(before),
      documents: documentsUnder(before),
      sending: interruptibleSending({ sink, clock }, signal),
      marking: { sink, clock },
      selection: { ...selectionOf(minutes, flags.reason), ...(ids.length === 0 ? {} : { ids }) },
      dryRun: flags.dryRun === true,
      report: ({ lines, indexed, left }) =>
        progress.doing(`${counted(lines, 'line')} looked at, ${indexed} indexed, ${left} left as they are`),
      signal,
    });
    progress.end();
    const again = `npx eks-audit parked redrive${againFlags(ids, minutes, flags)}`;
    const isDry = flags.dryRun === true;
    await write(
      flags.json === true ? redriveJson(found.cluster.name, isDry, result) : redriveText(isDry, result, again),
    );
    if (!isDone(result)) throw new Failed('');
  } finally {
    progress.end();
    await close();
  }
}

function isDone({ numbers, unknown, failure }: RedriveResult): boolean {
  return failure === undefined && numbers.left === 0 && unknown.length === 0;
}

function choiceProblems(ids: readonly string[], minutes: Minutes | undefined, { reason }: RedriveFlags): Problem[] {
  const isChosen = minutes !== undefined || reason !== undefined;
  if (ids.length > 0 && isChosen)
    return [{ path: 'IDs', message: 'They say which lines already: leave out the range and --reason.' }];
  if (ids.length > 0 || isChosen) return [];
  return [{ path: 'parked redrive', message: 'Say which lines: their IDs, --since, or --reason.' }];
}

/** Without a flag all that there is. */
function rangeOf(flags: RangeFlags): { readonly minutes?: Minutes; readonly problems: readonly Problem[] } {
  if (flags.from === undefined && flags.to === undefined && flags.since === undefined) return { problems: [] };
  const range = parseRange(flags, { now: Date.now() });
  return range.ok ? { minutes: range.minutes, problems: [] } : range;
}

function selectionOf(minutes: Minutes | undefined, reason: string | undefined): Selection {
  return {
    ...(minutes === undefined ? {} : { range: { startTime: minutes.from, endTime: minutes.to - 1 } }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** The same lines again; durations mean another range each time. */
function againFlags(ids: readonly string[], minutes: Minutes | undefined, flags: RedriveFlags): string {
  const range = minutes === undefined ? '' : ` ${flagsOf(minutes)}`;
  const reason = flags.reason === undefined ? '' : ` --reason '${flags.reason.replaceAll("'", "'\\''")}'`;
  return `${range}${reason}${configFlags(flags)}${ids.map((id) => ` ${id}`).join('')}`;
}

/** Done when the reader has taken it: what is long is made as fast as it is read. */
function write(text: string): Promise<void> {
  return new Promise((done) => {
    process.stdout.write(text, () => done());
  });
}
