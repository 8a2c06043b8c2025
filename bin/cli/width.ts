import { Help } from 'commander';

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
