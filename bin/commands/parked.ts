import { Command } from 'commander';
import type { Problem } from '../../lib/config/config.ts';
import { isEks } from '../../lib/config/select.ts';
import { Failed } from '../../lib/problems/usage.ts';
import {
  CLUSTER_FLAG,
  CONFIG_FLAG,
  type ConfigFlags,
  configFlags,
  configuredAny,
  STATE_FLAG,
} from '../cli/configured.ts';
import { startProgress } from '../cli/progress.ts';
import { FROM_FLAG, type RangeFlags, SINCE_FLAG, TO_FLAG } from '../cli/range.ts';
import { lineById, linesOf } from '../operate/parked/lines.ts';
import { textOf } from '../operate/parked/text.ts';
import { indexedDocuments, stateIn } from '../operate/reach/needs.ts';
import { both, prepare, when } from '../operate/reach/prepare.ts';
import { REASON_FLAG, rangeOf, refuseState, selectionOf, write } from './parked-flags.ts';
import { listing } from './parked-list.ts';
import { shownJson, shownText } from './parked-text.ts';
import { redriveCommand } from './redrive.ts';

interface ListFlags extends RangeFlags, ConfigFlags {
  readonly reason?: string;
  readonly all?: true;
  readonly json?: true;
}

interface ShowFlags extends ConfigFlags {
  readonly raw?: true;
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
    const line = await lineById(opened.parked.search({ ids: [id] }), id);
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
  const found = await configuredAny(flags, problems);
  refuseState(found.cluster, flags);
  const progress = startProgress();
  progress.passing(`Asking ${found.config.elasticsearch.url} what is parked of ${found.cluster.name}`);
  const needs = both(indexedDocuments, when(isEks(found.cluster), stateIn(flags.state, 'problem')));
  const preparing = prepare({ ...found, env: process.env }, needs);
  const { ledger, documentsUnder, parkedUnder, close } = await preparing.finally(() => progress.end());
  const before = (await ledger?.namings()) ?? [];
  return { found, opened: { documents: documentsUnder(before), parked: parkedUnder(before), close } };
}
