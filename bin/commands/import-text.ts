import { basename } from 'node:path';
import type { Problem } from '../../lib/problems/problem.ts';
import { counted, figure } from '../cli/figures.ts';
import { printable } from '../cli/printable.ts';
import { wrapped } from '../cli/width.ts';
import { isRead } from '../operate/import/import.ts';
import type { FileResult } from '../operate/import/import-file.ts';
import type { Counted } from '../operate/import/positions.ts';
import type { Archives } from '../operate/import/recognise.ts';
import { FORMATS } from '../operate/intake/format.ts';
import type { ImportDone, Verified } from './import-archives.ts';
import { figuresTable } from './table.ts';

const HEAD = ['file', 'read', 'indexed', 'already', 'duplicate', 'dropped', 'parked'];
/** Characters of a path. */
const LONGEST = 300;
const LONGEST_MESSAGE = 1000;
/** Of missing documents that are named. */
const NAMED = 10;

/** What it found, before anything is sent; names are anybody's. */
export function foundText({ archives, leftOut }: Pick<Archives, 'archives' | 'leftOut'>): readonly string[] {
  return [
    ...leftOut.map(({ name, why }) => `${printable(name, LONGEST)}: left out, ${why}.`),
    ...archives.map(({ input, format }) => `${printable(input.name, LONGEST)}: ${FORMATS[format]}`),
  ];
}

/** Of files; what the system says of one names it, too. */
export function fileProblems(problems: readonly Problem[]): readonly Problem[] {
  return problems.map(({ path, message }) => ({
    path: printable(path, LONGEST),
    message: printable(message, LONGEST_MESSAGE),
  }));
}

export function importText(dryRun: boolean, { imported, verified }: ImportDone, columns: number): string {
  const { files, total, left, stopped } = imported;
  const rows = files.map((file) => rowOf(printable(basename(file.name), LONGEST), file));
  const all = files.length > 1 ? [rowOf('all', total)] : [];
  const notes = [
    ...files.flatMap(fileNotes),
    ...totalNotes(total),
    ...(verified === undefined ? [] : verifiedNotes(verified)),
    ...(left.length === 0
      ? []
      : [`${counted(left.length, 'file')} not begun: ${printable(left.join(', '), LONGEST)}.`]),
    ...(stopped === undefined || dryRun ? [] : ['The same command goes on where this one stopped.']),
    ...(dryRun ? ['Nothing of this was written: it was a dry run.'] : []),
  ];
  const table = files.length === 0 ? ['There was nothing to import.'] : [figuresTable(HEAD, [...rows, ...all])];
  return `${[...table, ...notes.map((note) => wrapped(note, columns))].join('\n')}\n`;
}

function rowOf(name: string, { taken }: Pick<Counted, 'taken'>): readonly string[] {
  const { read, indexed, alreadyIndexed, duplicate, dropped, parked } = taken.totals;
  return [name, ...[read, indexed, alreadyIndexed, duplicate, dropped, parked].map(figure)];
}

function fileNotes({ name, unread, isChanged, resumed, taken }: FileResult): readonly string[] {
  const file = printable(name, LONGEST);
  const { totals, parked } = taken;
  const alien = (parked['not JSON'] ?? 0) + (parked['not an audit event'] ?? 0);
  return [
    ...(alien * 2 > totals.read
      ? [`${file}: ${figure(alien)} of its ${counted(totals.read, 'line')} are no audit events: is it an audit log?`]
      : []),
    ...(isChanged
      ? [`${file}: it is not the file that an earlier start had read in part, so it was read from its beginning.`]
      : []),
    ...(resumed > 0 && !isChanged ? [`${file}: the first ${counted(resumed, 'byte')} were read before.`] : []),
    ...(unread === undefined ? [] : [`${file}: not read to its end. ${printable(unread, LONGEST)}`]),
  ];
}

/** What the columns do not say. */
function totalNotes({ taken, others, outside, formatted, expired, as }: Counted): readonly string[] {
  const { refused, truncated } = taken.totals;
  const names = Object.entries(as);
  const said: readonly (readonly [number, string])[] = [
    [others, `${counted(others, 'line')} of other streams of the control plane left out.`],
    [outside, `${counted(outside, 'event')} outside of the range left out.`],
    [
      formatted,
      `${counted(formatted, 'event')} formatted anew by somebody: another text has another id, so these may be there a second time.`,
    ],
    [truncated, `${counted(truncated, 'line')} cut: what is left of them is kept.`],
    [
      expired,
      `${counted(expired, 'event')} older than elasticsearch.retention: Elasticsearch deletes their indices soon.`,
    ],
    [
      refused,
      `${counted(refused, 'document')} refused by Elasticsearch and parked: npx eks-audit parked list says why.`,
    ],
  ];
  const under = names.map(([name, lines]) => `${figure(lines)} as ${printable(name, LONGEST)}`).join(', ');
  return [
    ...said.flatMap(([count, text]) => (count === 0 ? [] : [text])),
    ...(names.length > 1 ? [`Lines went under several names: ${under}.`] : []),
  ];
}

function verifiedNotes({ asked, lacking, missing, stopped }: Verified): readonly string[] {
  const asking = `Asked for ${counted(asked, 'document')}`;
  if (stopped !== undefined) return [`${asking}, and then no more: ${printable(stopped, LONGEST)}`];
  if (lacking === 0) return [`${asking}: all are there.`];
  return [
    `${asking}: those of ${counted(lacking, 'line')} are missing. Import again.`,
    ...missing
      .slice(0, NAMED)
      .map(
        ({ index, id, path, offset }) => `missing: ${id} in ${index}, of ${printable(path, LONGEST)} at byte ${offset}`,
      ),
  ];
}

export function importJson(cluster: string, dryRun: boolean, { imported, verified }: ImportDone): string {
  const { files, total, left, stopped } = imported;
  return `${JSON.stringify({
    cluster,
    dryRun,
    isRead: isRead(imported),
    ...countedJson(total),
    files: files.map((file) => ({
      name: file.name,
      format: FORMATS[file.format],
      bytes: file.offset,
      resumed: file.resumed,
      isChanged: file.isChanged,
      unread: file.unread ?? null,
      ...countedJson(file),
    })),
    left,
    stopped: stopped ?? null,
    verified: verified === undefined ? null : { ...verified, stopped: verified.stopped ?? null },
  })}\n`;
}

function countedJson({ taken, others, outside, formatted, expired, as }: Counted) {
  const { totals, dropped, parked } = taken;
  const { dropped: droppedLines, parked: parkedLines, ...rest } = totals;
  return {
    ...rest,
    dropped: droppedLines,
    parked: parkedLines,
    droppedBy: dropped,
    parkedFor: parked,
    ...{ others, outside, formatted, expired, as },
  };
}
