import { BrokenGzip, gunzipped, isGzip } from './gunzip.ts';
import { type Chunks, headOf } from './head.ts';

/** Where bytes are read from: a file, standard input, an object in S3. */
export interface Input {
  /** As documents name it, and people. */
  readonly name: string;
  /** Bytes as they lie there; undefined: nobody knows before the end. */
  readonly size: number | undefined;
  /** When it was written last, milliseconds. */
  readonly written: number;
  /** It can be read but once. */
  readonly isPassing: boolean;
  /** The folder that it lies in. */
  readonly folder: string;
  /** From the first byte on. The chunks stay as they are. */
  open(): AsyncIterable<Buffer>;
}

export interface Unpacked {
  readonly head: Buffer;
  readonly isWhole: boolean;
  readonly chunks: Chunks;
  /** How often it was packed: Firehose packs again what CloudWatch has packed. */
  readonly packed: number;
  /** What broke it within its head. */
  readonly fault: unknown;
}

const HEAD = 64 * 1024;
const MOST_OFTEN = 3;

/** The text of a stream, unpacked where that is needed. */
export async function unpacked(stream: AsyncIterable<Buffer>): Promise<Unpacked> {
  let { head, isWhole, chunks, fault } = await headOf(stream, HEAD);
  let packed = 0;
  while (isGzip(head) && packed < MOST_OFTEN && (fault === undefined || fault instanceof BrokenGzip)) {
    ({ head, isWhole, chunks, fault } = await headOf(gunzipped(chunks), HEAD));
    packed += 1;
  }
  return { head, isWhole, chunks, packed, fault };
}

/** What is left of a stream behind so many bytes; `skipped` hears what was left out. */
export async function* behind(
  chunks: AsyncIterable<Buffer>,
  bytes: number,
  skipped: (chunk: Buffer) => void = () => {},
): AsyncGenerator<Buffer, undefined, undefined> {
  let left = bytes;
  for await (const chunk of chunks) {
    const part = Math.min(left, chunk.length);
    if (part > 0) skipped(chunk.subarray(0, part));
    left -= part;
    if (part < chunk.length) yield chunk.subarray(part);
  }
  return undefined;
}
