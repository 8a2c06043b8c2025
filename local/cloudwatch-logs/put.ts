import { z } from 'zod';
import { type Account, groupOf, streamOf } from './account.ts';
import { invalid } from './refusal.ts';
import type { Group, Row } from './store.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BATCH_BYTES = 2 ** 20;
/** What each event counts beside its message. */
const EVENT_BYTES = 26;
const BATCH_EVENTS = 10_000;

const event = z.object({ timestamp: z.number().int().min(0), message: z.string().min(1) });
export const putInput = z.object({
  logGroupName: z.string(),
  logStreamName: z.string(),
  logEvents: z.array(event).min(1).max(BATCH_EVENTS),
});
export type PutInput = z.output<typeof putInput>;
export type PutEvent = z.output<typeof event>;

/** The whole batch is refused, or the events that are too new, too old or expired are left out and told of. */
export function putLogEvents(account: Account, input: PutInput) {
  const now = account.now();
  const group = groupOf(account, { logGroupName: input.logGroupName });
  const stream = streamOf(group, input.logStreamName);
  checkBatch(input.logEvents);
  const bounds = accepted(input.logEvents, group, now);
  const rows = input.logEvents.slice(bounds.begin, bounds.end);
  if (rows.length > 0) account.store.add(group.name, stream.name, arriving(account, rows));
  return {
    nextSequenceToken: String(now).padStart(56, '4'),
    ...(bounds.rejected === undefined ? {} : { rejectedLogEventsInfo: bounds.rejected }),
  };
}

/** Each event with the time from which it can be read. */
export function arriving(account: Account, events: readonly PutEvent[]): Row[] {
  const now = account.now();
  return events.map(({ timestamp, message }) => [timestamp, now + account.dice.lateness(), message]);
}

function checkBatch(events: readonly PutEvent[]): void {
  const bytes = events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + EVENT_BYTES, 0);
  if (bytes > BATCH_BYTES) throw invalid(`Upload too large: ${bytes} bytes exceeds limit of ${BATCH_BYTES}`);
  if (events.some(({ timestamp }, i) => timestamp < (events[i - 1]?.timestamp ?? 0))) {
    throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
  }
  if ((events.at(-1)?.timestamp ?? 0) - (events[0]?.timestamp ?? 0) > DAY) {
    throw invalid('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
  }
}

function accepted(events: readonly PutEvent[], group: Group, now: number) {
  const first = (from: number): number => {
    const found = events.findIndex(({ timestamp }) => timestamp >= from);
    return found === -1 ? events.length : found;
  };
  const tooOld = first(now - 14 * DAY);
  const expired = group.retention === null ? 0 : first(now - group.retention * DAY);
  const tooNew = first(now + 2 * HOUR + 1);
  const begin = Math.max(tooOld, expired);
  const rejected = {
    ...(tooNew < events.length ? { tooNewLogEventStartIndex: tooNew } : {}),
    ...(tooOld > 0 ? { tooOldLogEventEndIndex: tooOld } : {}),
    ...(expired > 0 ? { expiredLogEventEndIndex: expired } : {}),
  };
  return { begin, end: tooNew, rejected: begin > 0 || tooNew < events.length ? rejected : undefined };
}
