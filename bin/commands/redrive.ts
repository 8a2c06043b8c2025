import { Command } from 'commander';
import { namingOf } from '../../lambda/contract.ts';
import type { Minutes } from '../../lambda/core/minutes/minutes.ts';
import { MinuteRules } from '../../lambda/minute-rules.ts';
import type { Problem } from '../../lib/config/config.ts';
import { type AnyCluster, isEks } from '../../lib/config/select.ts';
import type { Selection } from '../../lib/elasticsearch/parked.ts';
import { Failed } from '../../lib/problems/usage.ts';
import {
  CLUSTER_FLAG,
  CONFIG_FLAG,
  type ConfigFlags,
  type Configured,
  configFlags,
  configuredAny,
  STATE_FLAG,
} from '../cli/configured.ts';
import { counted } from '../cli/figures.ts';
import { interrupted } from '../cli/interrupt.ts';
import { type Progress, startProgress } from '../cli/progress.ts';
import { FROM_FLAG, flagsOf, type RangeFlags, SINCE_FLAG, TO_FLAG } from '../cli/range.ts';
import { type RedriveResult, redrive } from '../operate/parked/redrive.ts';
import { decidingByToday } from '../operate/parked/today.ts';
import { interruptibleSending } from '../operate/reach/interruptible.ts';
import { bulkSink, indexedDocuments, stateIn, unprobedReader } from '../operate/reach/needs.ts';
import { both, prepare, when } from '../operate/reach/prepare.ts';
import { REASON_FLAG, rangeOf, refuseState, selectionOf, write } from './parked-flags.ts';
import { redriveJson, redriveText } from './parked-text.ts';

interface RedriveFlags extends RangeFlags, ConfigFlags {
  readonly reason?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

export function redriveCommand(): Command {
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
  const found = await configuredAny(flags, [...problems, ...choiceProblems(ids, minutes, flags)]);
  refuseState(found.cluster, flags);
  const progress = startProgress();
  try {
    const selection = { ...selectionOf(minutes, flags.reason), ...(ids.length === 0 ? {} : { ids }) };
    const result = await redriven(found, flags, selection, progress);
    progress.end();
    const again = `npx eks-audit parked redrive${againFlags(ids, minutes, flags)}`;
    const { json, dryRun = false } = flags;
    await write(json === true ? redriveJson(found.cluster.name, dryRun, result) : redriveText(dryRun, result, again));
    if (!isDone(result)) throw new Failed('');
  } finally {
    progress.end();
  }
}

async function redriven(
  { config, cluster }: Configured<AnyCluster>,
  flags: RedriveFlags,
  selection: Selection,
  progress: Progress,
): Promise<RedriveResult> {
  const signal = interrupted();
  progress.doing(`Looking for what is parked of ${cluster.name} and what else a redrive needs`);
  const recorded = when(isEks(cluster), both(unprobedReader, stateIn(flags.state, 'problem')));
  const needs = both(both(indexedDocuments, bulkSink), recorded);
  const prepared = await prepare({ config, cluster, env: process.env }, needs);
  const { settings, ledger, store, reader, sink, clock, documentsUnder, parkedUnder, close } = prepared;
  try {
    const before = (await ledger?.namings()) ?? [];
    const deciding =
      ledger === undefined || store === undefined || reader === undefined
        ? decidingByToday(settings)
        : {
            settings,
            namings: [namingOf(settings), ...before],
            ledger,
            rules: new MinuteRules(ledger, settings),
            checkpoint: await store.peek(),
            reader,
          };
    return await redrive({
      ...deciding,
      parked: parkedUnder(before),
      documents: documentsUnder(before),
      sending: interruptibleSending({ sink, clock }, signal),
      marking: { sink, clock },
      selection,
      dryRun: flags.dryRun === true,
      report: ({ lines, indexed, left }) =>
        progress.doing(`${counted(lines, 'line')} looked at, ${indexed} indexed, ${left} left as they are`),
      signal,
    });
  } finally {
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

/** The same lines again; durations mean another range each time. */
function againFlags(ids: readonly string[], minutes: Minutes | undefined, flags: RedriveFlags): string {
  const range = minutes === undefined ? '' : ` ${flagsOf(minutes)}`;
  const reason = flags.reason === undefined ? '' : ` --reason '${flags.reason.replaceAll("'", "'\\''")}'`;
  return `${range}${reason}${configFlags(flags)}${ids.map((id) => ` ${id}`).join('')}`;
}
