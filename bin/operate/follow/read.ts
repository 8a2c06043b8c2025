import { zerosBefore } from '../intake/hole.ts';
import { linesOf, type RawLine } from '../intake/lines.ts';
import type { LogText } from './folder.ts';

/** Bytes. */
export interface ReadSizes {
  /** No more lines are read at once when they came to so much. */
  readonly batch?: number;
  /** Of one read from the disk. */
  readonly piece?: number;
  /** Of the longest line that is taken whole. */
  readonly longest?: number;
}

export interface NextLines {
  readonly lines: readonly RawLine[];
  /** Where to go on. */
  readonly offset: number;
  /** There is nothing behind `offset`. */
  readonly isEnd: boolean;
  /** Why nobody can read on behind `offset`; undefined: somebody can. */
  readonly fault: string | undefined;
}

const MIB = 1024 * 1024;
const SIZES = { batch: 2 * MIB, piece: MIB, longest: 16 * MIB } as const;
const LINES = 2000;

/** The complete lines behind a place. `isOver`: nobody writes any more, so that the last line needs no newline. */
export async function nextLines(
  text: LogText,
  from: number,
  isOver: boolean,
  sizes: ReadSizes = {},
): Promise<NextLines> {
  const { batch, piece, longest } = { ...SIZES, ...sizes };
  const start = from === 0 ? await behindHole(text, piece) : from;
  const lines: RawLine[] = [];
  let offset = start;
  let at = start;
  const pieces = async function* () {
    for (let bytes = await text.read(at, piece); bytes.length > 0; bytes = await text.read(at, piece)) {
      at += bytes.length;
      yield bytes;
    }
  };
  for await (const found of linesOf(pieces(), start, { longest, kept: Math.min(longest, MIB) })) {
    for (const line of found) {
      // What is not ended stands at the end of the text alone.
      const fault = line.isEnded ? undefined : text.fault();
      if (!line.isEnded && !isOver && fault === undefined) return { lines, offset, isEnd: false, fault };
      lines.push(line);
      offset = line.end;
    }
    if (offset - start >= batch || lines.length >= LINES) return { lines, offset, isEnd: false, fault: undefined };
  }
  return { lines, offset: at, isEnd: true, fault: text.fault() };
}

/** A writer that does not append leaves a hole of zeros in front of what it writes to a file that was truncated. */
async function behindHole(text: LogText, piece: number): Promise<number> {
  for (let at = 0; ; ) {
    const bytes = await text.read(at, piece);
    const zeros = zerosBefore(bytes);
    at += zeros;
    if (zeros < bytes.length || bytes.length === 0) return at;
  }
}

/** At the begin of a text it is no part of the first line; elsewhere it is one of a line. */
const BYTE_ORDER_MARK = '\uFEFF';
/** Characters that are compared, and bytes that one of them may have. */
const SURE = 4000;
const WIDEST = 4;

/** Whether the first and the last of the lines are still where they were read. */
export async function areStill(text: LogText, lines: readonly RawLine[]): Promise<boolean> {
  const [first, last] = [lines[0], lines.at(-1)];
  if (first === undefined || last === undefined) return true;
  // A text that was made anew between two reads may go on where the one before ended.
  return (await isStill(text, first)) && (first === last || (await isStill(text, last)));
}

async function isStill(text: LogText, { text: whole, offset, end }: RawLine): Promise<boolean> {
  const bytes = await text.read(offset, Math.min(end - offset, SURE * WIDEST));
  const [found, line] = [bytes.toString(), whole.slice(0, SURE)];
  return found.startsWith(line) || found.startsWith(`${BYTE_ORDER_MARK}${line}`);
}
