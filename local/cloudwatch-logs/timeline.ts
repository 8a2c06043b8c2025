import { z } from 'zod';

/** One log event as it is kept. `serial` grows with every event put, over all groups. */
export interface Stored {
  readonly timestamp: number;
  /** When it becomes readable; in the future while it is late. */
  readonly ingestionTime: number;
  readonly serial: number;
  readonly message: string;
  /** UTF-8 length of the message. */
  readonly bytes: number;
}

/**
 * A place between two events, so that it stays where it is when others come: an event's timestamp, its ingestion time,
 * and its serial ± ½.
 */
export const place = z.tuple([z.number(), z.number(), z.number()]).readonly();
export type Place = z.output<typeof place>;

export const placeBefore = (event: Stored): Place => [event.timestamp, event.ingestionTime, event.serial - 0.5];
export const placeAfter = (event: Stored): Place => [event.timestamp, event.ingestionTime, event.serial + 0.5];
/** Before every event of this millisecond. */
export const startOf = (timestamp: number): Place => [timestamp, -1, 0];

/** The order of FilterLogEvents: timestamp, then ingestion time, then the order of the puts. */
export const compare = (a: Stored, b: Stored): number =>
  a.timestamp - b.timestamp || a.ingestionTime - b.ingestionTime || a.serial - b.serial;

/** How many events lie before the place, in an array that is in order. */
export function countBefore(events: readonly Stored[], [timestamp, ingestionTime, serial]: Place): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const event = events[middle];
    if (event === undefined) break;
    const order = event.timestamp - timestamp || event.ingestionTime - ingestionTime || event.serial - serial;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Merges a batch in place; only what lies behind the batch's first event moves. */
export function insert(events: Stored[], batch: readonly Stored[]): void {
  const sorted = batch.toSorted(compare);
  const [first] = sorted;
  if (first === undefined) return;
  const tail = events.splice(countBefore(events, placeBefore(first)));
  let next = 0;
  for (const moved of tail) {
    for (let event = sorted[next]; event !== undefined && compare(event, moved) < 0; event = sorted[++next])
      events.push(event);
    events.push(moved);
  }
  events.push(...sorted.slice(next));
}
