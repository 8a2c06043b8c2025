import type { FoundLine } from '../intake/archive.ts';

/** How much is sent together, at least one line. */
export interface BatchSize {
  readonly lines: number;
  /** Characters. */
  readonly length: number;
}

const USUAL: BatchSize = { lines: 2000, length: 2 * 1024 * 1024 };

/** Lines in batches that memory holds easily. What breaks them off is thrown behind those before it. */
export async function* batchesOf(
  pages: AsyncIterable<readonly FoundLine[]>,
  size = USUAL,
): AsyncGenerator<readonly FoundLine[], undefined, undefined> {
  let batch: FoundLine[] = [];
  let length = 0;
  let fault: { readonly error: unknown } | undefined;
  const taken = (): readonly FoundLine[] => {
    const lines = batch;
    batch = [];
    length = 0;
    return lines;
  };
  const iterator = pages[Symbol.asyncIterator]();
  try {
    while (fault === undefined) {
      const next = await iterator.next().catch((error: unknown) => ({ done: false, error }) as const);
      if ('error' in next) fault = next;
      else if (next.done === true) break;
      else {
        for (const line of next.value) {
          batch.push(line);
          length += line.text.length;
          if (length >= size.length || batch.length === size.lines) yield taken();
        }
      }
    }
    if (batch.length > 0) yield taken();
  } finally {
    await iterator.return?.();
  }
  if (fault !== undefined) throw fault.error;
  return undefined;
}
