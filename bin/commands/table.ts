import Table from 'cli-table3';

type Row = readonly (string | number)[];

/** Columns of a terminal that nobody made wider. */
const WIDTH = 80;
/** Of a name, however wide the figures beside it. */
const LEAST = 12;
/** Without colours. */
const PLAIN = { head: [], border: [], compact: true };

/** Rows under a head. */
export function table(head: readonly string[], rows: readonly Row[], align: 'left' | 'right' = 'left'): string {
  const made = new Table({ head: [...head], style: PLAIN, colAligns: head.map(() => align) });
  made.push(...rows.map((row) => [...row]));
  return made.toString();
}

/**
 * Names on the left, figures on the right; a text in place of a row is a note to the row above. A name or a note too
 * long for the terminal goes on in the next line.
 */
export function figuresTable(head: readonly string[], rows: readonly (Row | string)[]): string {
  const cells = rows.filter((row) => typeof row !== 'string');
  const widths = head.map((name, at) => Math.max(name.length, ...cells.map((row) => String(row[at] ?? '').length)) + 2);
  const figures = widths.slice(1).reduce((sum, width) => sum + width + 1, 2);
  const [names = 0] = widths;
  const made = new Table({
    head: [...head],
    style: PLAIN,
    colAligns: head.map((_, at) => (at === 0 ? 'left' : 'right')),
    colWidths: [Math.min(names, Math.max(LEAST, WIDTH - figures)), ...widths.slice(1)],
    wordWrap: true,
    wrapOnWordBoundary: false,
  });
  const note = { colSpan: head.length, wrapOnWordBoundary: true };
  for (const row of rows) made.push(typeof row === 'string' ? [{ ...note, content: row }] : [...row]);
  return made.toString();
}
