import { zerosBefore } from './hole.ts';

/** A line of a text in bytes. */
export interface RawLine {
  /** Without what ends it; of one that is too long its beginning. */
  readonly text: string;
  /** Bytes of the whole text before it. */
  readonly offset: number;
  /** Bytes up to the next line. */
  readonly end: number;
  /** It was longer than is held. */
  readonly isCut: boolean;
  /** A newline ends it; the last line of a file may have none, and may be half written. */
  readonly isEnded: boolean;
}

export interface LineLimits {
  /** Bytes of a line that is held whole. Default 16 MiB: etcd takes objects of 1.5 MiB, but a list has many. */
  readonly longest?: number;
  /** Bytes that are kept of one that is longer. Default 1 MiB: who, what and when stand in front. */
  readonly kept?: number;
}

const MIB = 1024 * 1024;
export const LIMITS = { longest: 16 * MIB, kept: MIB } as const;
const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Lines of a stream of bytes, those of each chunk together; empty ones are left out, and so is a hole in front. Memory holds one line, however
 * long the stream's are; the chunks must stay as they are. `from`: bytes of the text before the stream's first.
 */
export async function* linesOf(
  chunks: AsyncIterable<Buffer>,
  from = 0,
  limits: LineLimits = {},
): AsyncGenerator<readonly RawLine[], undefined, undefined> {
  const cutter = new Cutter(from, { ...LIMITS, ...limits });
  for await (const chunk of chunks) {
    const lines = cutter.take(chunk);
    if (lines.length > 0) yield lines;
  }
  const last = cutter.rest();
  if (last !== undefined) yield [last];
  return undefined;
}

class Cutter {
  readonly #limits: Required<LineLimits>;
  /** What has come of the line that is not ended yet, or its beginning where that is too long. */
  #pieces: Buffer[] = [];
  #held = 0;
  #offset: number;
  /** Of the line so far. */
  #bytes = 0;
  /** Nothing has come of the text but zeros. */
  #isInHole: boolean;

  constructor(from: number, limits: Required<LineLimits>) {
    this.#offset = from;
    this.#isInHole = from === 0;
    this.#limits = limits;
  }

  take(chunk: Buffer): readonly RawLine[] {
    const lines: RawLine[] = [];
    let at = this.#isInHole ? zerosBefore(chunk) : 0;
    this.#isInHole &&= at === chunk.length;
    this.#offset += at;
    for (let end = chunk.indexOf(NEWLINE, at); end >= 0; end = chunk.indexOf(NEWLINE, at)) {
      this.#add(chunk.subarray(at, end));
      this.#bytes += 1;
      const line = this.#line(true);
      if (line !== undefined) lines.push(line);
      at = end + 1;
    }
    this.#add(chunk.subarray(at));
    return lines;
  }

  /** What stands behind the last newline. */
  rest(): RawLine | undefined {
    return this.#line(false);
  }

  #add(piece: Buffer): void {
    this.#bytes += piece.length;
    const { longest, kept } = this.#limits;
    if (this.#held > longest || piece.length === 0) return;
    this.#pieces.push(piece);
    this.#held += piece.length;
    if (this.#held > longest) this.#pieces = [Buffer.from(Buffer.concat(this.#pieces).subarray(0, kept))];
  }

  #line(isEnded: boolean): RawLine | undefined {
    const [only] = this.#pieces;
    const bytes = this.#pieces.length === 1 && only !== undefined ? only : Buffer.concat(this.#pieces);
    const offset = this.#offset;
    const isCut = this.#held > this.#limits.longest;
    this.#offset += this.#bytes;
    this.#pieces = [];
    this.#held = 0;
    this.#bytes = 0;
    const hasMark = offset === 0 && bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
    const text = bytes.toString('utf8', hasMark ? BYTE_ORDER_MARK.length : 0, endOf(bytes));
    return text.trim() === '' ? undefined : { text, offset, end: this.#offset, isCut, isEnded };
  }
}

/** Without the carriage return of a line that ends in two characters. */
function endOf(bytes: Buffer): number {
  return bytes.at(-1) === 0x0d ? bytes.length - 1 : bytes.length;
}
