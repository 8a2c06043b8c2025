/** Cuts lists into requests. `bytes` is an item's size in the request. */
export interface Sized {
  readonly bytes: number;
}

/** About what Elasticsearch digests best; a larger single item goes alone. */
export const BATCH_BYTES = 5 * 1024 * 1024;

export function batches<T extends Sized>(items: readonly T[], limit: number = BATCH_BYTES): readonly (readonly T[])[] {
  const found: T[][] = [];
  let bytes = 0;
  for (const item of items) {
    const last = found.at(-1);
    if (last === undefined || bytes + item.bytes > limit) {
      found.push([item]);
      bytes = item.bytes;
    } else {
      last.push(item);
      bytes += item.bytes;
    }
  }
  return found;
}

/** Two halves, the first the larger; one item can't be halved. */
export function halves<T>(items: readonly T[]): readonly (readonly T[])[] {
  const middle = Math.ceil(items.length / 2);
  return items.length < 2 ? [items] : [items.slice(0, middle), items.slice(middle)];
}
