import { existsSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { show } from '../../lib/problems/show.ts';
import { WrongUse } from '../../lib/problems/usage.ts';
import { reportPage } from '../../review/pages/report.ts';
import { styleElement } from '../../review/pages/style-element.ts';
import { CONFIG_FLAG, STATE_FLAG } from '../cli/configured.ts';
import { startProgress } from '../cli/progress.ts';
import { ELASTICSEARCH_FLAG, INDEX_FLAG, openIndices, type SearchFlags } from '../operate/reach/audit-indices.ts';
import { ledgersFor } from '../operate/review/ledgers.ts';
import { type Month, monthBefore, parseMonth, reportOn } from '../operate/review/report.ts';

interface Flags extends SearchFlags {
  readonly month?: string;
  readonly output?: string;
}

export function reportCommand(): Command {
  return new Command('report')
    .description('a month in one HTML file: changes of policies and rights, sessions, denials, secrets, coverage')
    .option('--month <month>', 'like 2026-10, in UTC (default: the last one that is over)')
    .option(...CONFIG_FLAG)
    .option(...STATE_FLAG)
    .option(...ELASTICSEARCH_FLAG)
    .option(...INDEX_FLAG)
    .option('--cluster <name>', 'of this cluster alone (default: of all)')
    .option('--output <file>', 'where to (default: eks-audit-report-MONTH.html)')
    .addHelpText('after', MORE)
    .action((flags: Flags) => report(flags));
}

const MORE = `
The file asks for no other: it can be sent, kept and printed. Only its owner
can read it.

Examples:
  npx eks-audit report --month 2026-10
  npx eks-audit report --cluster prod --output prod.html`;

async function report(flags: Flags): Promise<void> {
  const now = Date.now();
  const month = monthOf(flags, now);
  const output = flags.output ?? `eks-audit-report-${month.name}.html`;
  if (existsSync(output)) throw taken(output);
  const progress = startProgress();
  const { close, config, notice, ...indices } = await openIndices(flags, process.env);
  try {
    if (notice !== undefined) progress.say(notice);
    progress.doing(`Reading what happened in ${month.name} from ${indices.url}`);
    const ledgerOf = ledgersFor(flags, config, process.env);
    const view = await reportOn({ ...indices, config }, { month, cluster: flags.cluster, now, ledgerOf });
    if (view.chapters.every(({ total }) => total === 0)) await indices.mayRead();
    write(output, String(reportPage(view, styleElement('style.css', 'report.css'))));
    progress.end();
    process.stdout.write(`${output}\n`);
  } finally {
    progress.end();
    await close();
  }
}

function monthOf({ month: text }: Flags, now: number): Month {
  const month = parseMonth(text ?? monthBefore(now));
  if (month === undefined) throw new WrongUse(`--month: expected a month like 2026-10, found ${show(text)}.`);
  if (month.range.from > now) throw new WrongUse(`--month: ${month.name} has not begun.`);
  return month;
}

function taken(file: string): WrongUse {
  return new WrongUse(`${file} is there already: name another file with --output.`);
}

/** For the owner alone: an audit log tells of everybody. Nothing is overwritten. */
function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'EEXIST') throw taken(file);
    const why = code === 'ENOENT' ? 'its folder is not there' : `it can’t be written (${code})`;
    throw new WrongUse(`${file}: ${why}. Name another file with --output.`);
  }
}
