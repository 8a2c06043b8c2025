import type { JsonObject } from '../json.ts';
import { DAY, parseTime } from '../time.ts';

const KUBERNETES_BEGAN = Date.UTC(2014, 0, 1);

export interface EventTime {
  readonly time: number;
  /** The event's own clock was not to be believed. */
  readonly clock: boolean;
}

/**
 * The document's `@timestamp`, and so its index: the event's own time, CloudWatch's where the event has none or one
 * that can't be. Never held against the reader's clock: a later backfill would choose another index.
 */
export function eventTime(event: JsonObject, cloudwatch: number): EventTime {
  const own = parseTime(event.stageTimestamp) ?? parseTime(event.requestReceivedTimestamp);
  if (own === undefined) return { time: cloudwatch, clock: false };
  const believable = own >= KUBERNETES_BEGAN && own <= cloudwatch + DAY;
  return believable ? { time: own, clock: false } : { time: cloudwatch, clock: true };
}
