import Table from 'cli-table3';
import type { Answer, AnswerTable } from '../../review/query/questions/question.ts';
import { counted } from '../cli/figures.ts';
import { printable } from '../cli/printable.ts';
import { COLUMNS, hanging, wrapped } from '../cli/width.ts';

/** An answer for a terminal of 80 columns. What a stranger chose can't move its cursor. */
export function answerText({ sentence, tables, legend, notes }: Answer): string {
  return [
    wrapped(safe(sentence), COLUMNS),
    ...tables.map(tableText),
    ...(legend === undefined ? [] : [wrapped(legend, COLUMNS)]),
    ...notes.map((note) => hanging(safe(note), 'Note: ', '      ')),
  ].join('\n\n');
}

/** Characters of one cell: more of a hostile name would hide the rest. */
const LONGEST = 400;
/** Beside the text of a cell. */
const PADDING = 2;
const LEAST = 8;

function tableText({ title, columns, rows, more }: AnswerTable): string {
  const cells = rows.map((row) => row.cells.map((cell) => safe(String(cell))));
  const colWidths = widths(columns, cells);
  const made = new Table({
    head: [...columns],
    style: { head: [], border: [], compact: true },
    colWidths: [...colWidths],
  });
  made.push(...cells.map((row) => row.map((cell, at) => inLines(cell, (colWidths[at] ?? 0) - PADDING))));
  const rest = more === 0 ? [] : [`and ${counted(more, 'more row')}`];
  return [wrapped(safe(title), COLUMNS), made.toString(), ...rest].join('\n');
}

/** Broken between words, and a word that is too long within. */
function inLines(text: string, columns: number): string {
  const lines = [''];
  for (const word of text.split(' ').flatMap((each) => each.match(new RegExp(`.{1,${columns}}`, 'gu')) ?? [])) {
    const line = lines.at(-1) ?? '';
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= columns) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}

function safe(text: string): string {
  return printable(text.replaceAll(/\s+/g, ' '), LONGEST);
}

/** As wide as what is in them; where that is too wide, the widest give way, but never the time in front. */
function widths(columns: readonly string[], rows: readonly (readonly string[])[]): readonly number[] {
  const wanted = columns.map((name, at) => PADDING + Math.max(name.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const room = COLUMNS - (columns.length + 1);
  for (let left = wanted.reduce((sum, each) => sum + each, 0) - room; left > 0; left -= 1) {
    const widest = wanted.indexOf(Math.max(...wanted.slice(1)), 1);
    if ((wanted[widest] ?? 0) <= LEAST) break;
    wanted[widest] = (wanted[widest] ?? 0) - 1;
  }
  return wanted;
}
