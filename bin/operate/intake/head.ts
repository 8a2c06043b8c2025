import { zeros, zerosBefore } from './hole.ts';

export interface Headed {
  /** The first bytes behind a hole, as many as were asked for, or all there are. */
  readonly head: Buffer;
  /** There are no more. */
  readonly isWhole: boolean;
  /** All bytes, those of the head too. Whoever does not read them to their end calls `return`. */
  readonly chunks: Chunks;
  /** What broke the stream within its head; `chunks` throws it, too. */
  readonly fault: unknown;
}

export interface Chunks extends AsyncIterable<Buffer> {
  /** Ends the stream, also where nobody has begun to read it: a generator would leave its file open. */
  return(): Promise<void>;
}

/** Looks at the beginning of a stream. */
export async function headOf(stream: AsyncIterable<Buffer>, bytes: number): Promise<Headed> {
  const iterator = stream[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let hole = 0;
  let held = 0;
  let isWhole = false;
  let fault: unknown;
  while (held < bytes && !isWhole && fault === undefined) {
    try {
      const next = await iterator.next();
      if (next.done === true) isWhole = true;
      else {
        const before = held === 0 ? zerosBefore(next.value) : 0;
        hole += before;
        first.push(next.value.subarray(before));
        held += next.value.length - before;
      }
    } catch (error) {
      fault = error;
    }
  }
  const close = async () => void (await iterator.return?.());
  async function* all(): AsyncGenerator<Buffer, undefined, undefined> {
    try {
      yield* zeros(hole);
      yield* first;
      if (fault !== undefined) throw fault;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
      return undefined;
    } finally {
      await close();
    }
  }
  const chunks = { [Symbol.asyncIterator]: all, return: close };
  return { head: Buffer.concat(first).subarray(0, bytes), isWhole: isWhole && held <= bytes, chunks, fault };
}
