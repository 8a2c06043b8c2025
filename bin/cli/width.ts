import { Help } from 'commander';

/** What a terminal shows at least: what stays on paper or in a file is made for it, too. */
export const COLUMNS = 80;

/** The columns of a terminal; Infinity where there is none, and lines stay as they are. */
export function columnsOf({ isTTY, columns }: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>): number {
  return isTTY ? columns : Number.POSITIVE_INFINITY;
}

/** Breaks lines between words; a word that is too long stays whole. */
export function wrapped(text: string, columns: number): string {
  return Number.isFinite(columns) ? new Help().boxWrap(text, columns) : text;
}

/** One line, its end left out where it is too long. */
export function cut(line: string, columns: number): string {
  return line.length > columns ? `${line.slice(0, columns - 1)}…` : line;
}

/** Words in lines of `COLUMNS`: the first begins with `label`, the others with `indent`. */
export function hanging(text: string, label: string, indent: string): string {
  const lines: string[] = [];
  let line = label;
  let isBegun = false;
  for (const word of text.split(' ')) {
    const longer = isBegun ? `${line} ${word}` : line + word;
    if (longer.length <= COLUMNS) line = longer;
    else {
      if (line.trim() !== '') lines.push(line.trimEnd());
      line = indent + word;
    }
    isBegun = true;
  }
  return [...lines, line].join('\n');
}
