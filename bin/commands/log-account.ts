import { total } from '../../lambda/core/ledger/counts.ts';
import { isoTime } from '../../lambda/core/time.ts';
import type { Problem } from '../../lib/config/config.ts';
import { Failed, WrongUse } from '../../lib/problems/usage.ts';
import { counted, figure } from '../cli/figures.ts';
import { COLUMNS, wrapped } from '../cli/width.ts';
import { type FileSums, unread } from '../operate/follow/place.ts';
import { totalOf } from '../operate/follow/position.ts';
import type { LogState } from '../operate/follow/state.ts';
import { logStateIn } from './log-state.ts';
import { figuresTable } from './table.ts';

interface Flags {
  readonly state?: string;
  readonly json?: true;
}

/** Which flags of `account` say nothing of a followed log: its account is of all that was ever read. */
const OF_THE_LEDGER = ['since', 'from', 'to', 'verify', 'idsOnly'] as const;
type LedgerFlags = { readonly [K in (typeof OF_THE_LEDGER)[number]]?: string | true };

/** Accounts for what `follow` or `receive` keeps in this folder. false: it is no such folder. */
export async function showLogAccount(flags: Flags & LedgerFlags): Promise<boolean> {
  const state = flags.state === undefined ? undefined : await logStateIn(flags.state);
  if (state === undefined) return false;
  const problems = OF_THE_LEDGER.filter((flag) => flags[flag] !== undefined).map(problemOf);
  if (problems.length > 0) throw WrongUse.of(problems);
  const account = logAccount(state);
  process.stdout.write(`${flags.json === true ? JSON.stringify(account) : textOf(account)}\n`);
  if (!account.complete) throw new Failed('');
  return true;
}

function problemOf(flag: string): Problem {
  const path = `--${flag.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return { path, message: 'This folder is of follow or receive, whose account is of all that was read: leave it out.' };
}

type LogAccount = ReturnType<typeof logAccount>;

function logAccount({ cluster, log, position, caughtUp }: LogState) {
  const { files, ...gone } = position.gone;
  const sums = totalOf(position);
  return {
    cluster,
    log,
    /** Every line has an outcome, and no file went before it was read. */
    complete: sums.totals.unaccounted === 0 && position.removals.files === 0,
    caughtUp: caughtUp === null ? null : isoTime(caughtUp),
    files: position.files.map((place) => ({
      name: place.name,
      offset: place.offset,
      unread: unread(place),
      damaged: place.damaged,
      ...linesOf(place.sums),
    })),
    gone: { files, ...linesOf(gone) },
    total: linesOf(sums),
    removedUnread: position.removals,
  };
}

function linesOf({ bytes, totals, dropped, parked }: FileSums) {
  const { read, indexed, alreadyIndexed, duplicate, unaccounted } = totals;
  return { lines: read, bytes, kept: indexed + alreadyIndexed, dropped, parked, duplicate, unaccounted };
}

const HEAD = ['file', 'lines', 'bytes', 'kept', 'dropped', 'parked', 'duplicate', 'unread'];

function textOf({ cluster, log, files, gone, total, caughtUp, removedUnread }: LogAccount): string {
  const rows = files.flatMap((file) => rowOf(file.name, file, figure(file.unread)));
  const left = gone.files === 0 ? [] : rowOf(counted(gone.files, 'file that is gone', 'files that are gone'), gone, '');
  const unreadInAll = files.reduce((sum, file) => sum + file.unread, 0);
  return [
    wrapped(`${cluster}, ${log}`, COLUMNS),
    figuresTable(HEAD, [...left, ...rows, ...rowOf('all', total, figure(unreadInAll))]),
    ...verdict({ caughtUp, removedUnread, total, unreadInAll }).map((text) => wrapped(text, COLUMNS)),
  ].join('\n');
}

type Lines = ReturnType<typeof linesOf>;

function rowOf(name: string, lines: Lines, left: string): (readonly string[] | string)[] {
  const { dropped, parked, unaccounted } = lines;
  const figures = [lines.lines, lines.bytes, lines.kept, total(dropped), total(parked), lines.duplicate].map(figure);
  const notes = [
    ...told('dropped', dropped),
    ...told('parked', parked),
    ...(unaccounted === 0 ? [] : [`${figure(unaccounted)} UNACCOUNTED`]),
  ];
  return [[name, ...figures, left], ...(notes.length === 0 ? [] : [notes.join('; ')])];
}

function told(what: string, counts: Readonly<Record<string, number>>): readonly string[] {
  const parts = Object.entries(counts).map(([by, lines]) => `${by}: ${figure(lines)}`);
  return parts.length === 0 ? [] : [`${what} ${parts.join(', ')}`];
}

interface Ending extends Pick<LogAccount, 'caughtUp' | 'removedUnread' | 'total'> {
  readonly unreadInAll: number;
}

function verdict({ caughtUp, removedUnread: { files, bytes }, total: { unaccounted }, unreadInAll }: Ending) {
  const behind = caughtUp === null ? 'Not all was passed on yet.' : `All was passed on at ${caughtUp}.`;
  return [
    unaccounted === 0
      ? 'Every line that was read has an outcome.'
      : `${counted(unaccounted, 'line has', 'lines have')} no outcome: please report this.`,
    unreadInAll === 0
      ? behind
      : `${counted(unreadInAll, 'byte')} on the disk when last looked at ${unreadInAll === 1 ? 'was' : 'were'} not passed on. ${behind}`,
    ...(files === 0
      ? []
      : [
          `${counted(files, 'file was', 'files were')} removed or truncated before all was read, with ${bytes === 0 ? 'an unknown number of' : `at least ${figure(bytes)}`} bytes.`,
        ]),
  ];
}
