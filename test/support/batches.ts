/** Of one PutLogEvents; each event counts so many beside its message. */
const BATCH_BYTES = 2 ** 20;
const BATCH_EVENTS = 10_000;
const EVENT_BYTES = 26;

/** Log events in batches as CloudWatch Logs takes them. */
export function batchesOf<T extends { readonly message: string }>(events: readonly T[]): readonly (readonly T[])[] {
  const batches: T[][] = [];
  let left = 0;
  for (const event of events) {
    const bytes = Buffer.byteLength(event.message) + EVENT_BYTES;
    if (bytes > left || batches.at(-1)?.length === BATCH_EVENTS) {
      batches.push([]);
      left = BATCH_BYTES;
    }
    left -= bytes;
    batches.at(-1)?.push(event);
  }
  return batches;
}
