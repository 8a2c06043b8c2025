import { z } from 'zod';
import { mix } from '../random.ts';
import { type Account, earlier, eventId, groupOf, later, oldest, streamOf } from './account.ts';
import { fill, PAGE_BYTES, PAGED } from './page.ts';
import { invalid } from './refusal.ts';
import type { Group } from './store.ts';
import { type Place, place, placeAfter, placeBefore, type Stored, startOf } from './timeline.ts';
import { open, seal } from './token.ts';
import { type Lane, type Step, walk } from './walk.ts';

export const filterInput = z.object({
  ...PAGED,
  logStreamNames: z.array(z.string()).min(1).max(100).optional(),
  logStreamNamePrefix: z.string().min(1).optional(),
  filterPattern: z.string().max(1024).optional(),
});
export type FilterInput = z.output<typeof filterInput>;

/**
 * Where the next page begins: behind `at` in the direction of reading. While pages are shuffled, `until` ends the window
 * that is being served in the order of `rank`, and `rank` is the last one served of it.
 */
const position = z.object({
  at: place,
  backward: z.boolean(),
  until: place.optional(),
  rank: z.number().optional(),
});
type Position = z.output<typeof position>;

/** Pages that are shuffled among each other. */
const WINDOW = 3;
/** The service refuses newest-first queries that begin before it. */
const BACKWARD_SINCE = Date.UTC(2024, 0, 1);

interface Page {
  readonly steps: readonly Step[];
  readonly next: Position | undefined;
}

export function filterLogEvents(account: Account, input: FilterInput) {
  const { dice } = account;
  const now = account.now();
  const group = groupOf(account, input);
  const lanes = lanesOf(group, input);
  const query = queryOf(group, input);
  const start = input.nextToken === undefined ? beginning(input) : open(input.nextToken, query, position, now);
  const from = later(startOf(input.startTime ?? 0), oldest(group, now));
  const to = startOf((input.endTime ?? Number.MAX_SAFE_INTEGER - 1) + 1);
  const wanted = pattern(input.filterPattern);
  const { limit } = input;
  const { backward } = start;
  const accept = (event: Stored): boolean => event.ingestionTime <= now && wanted(event.message);
  const read: Read = (at, until) =>
    backward
      ? walk(lanes, { from: later(from, until ?? from), to: earlier(at, to), backward, accept })
      : walk(lanes, { from: later(from, at), to: until ?? to, backward, accept });
  const page = dice.empty()
    ? { steps: [], next: start }
    : dice.faults.shuffle || start.until !== undefined
      ? shuffledPage(read, start, limit, dice.seed)
      : orderedPage(read, start, limit);
  return {
    events: page.steps
      .filter(() => !dice.leftOut())
      .map(({ event, stream }) => ({
        logStreamName: stream,
        timestamp: event.timestamp,
        message: event.message,
        ingestionTime: event.ingestionTime,
        eventId: eventId(event),
      })),
    searchedLogStreams: [],
    ...(page.next === undefined ? {} : { nextToken: seal(query, page.next, now) }),
  };
}

/** From a place on, up to a place or the query's end. */
type Read = (at: Place, until: Place | undefined) => Iterable<Step>;

function orderedPage(read: Read, start: Position, limit: number): Page {
  const { steps, more } = fill(read(start.at, undefined), limit);
  return { steps, next: more ? behind(steps, start) : undefined };
}

/** Serves a window of some pages in the order of a hash: each event once, also while others arrive. */
function shuffledPage(read: Read, start: Position, limit: number, seed: number): Page {
  const window = fill(
    read(start.at, start.until),
    start.until ? Infinity : limit * WINDOW,
    start.until ? Infinity : PAGE_BYTES * WINDOW,
  );
  const rank = ({ event }: Step): number => mix(event.serial ^ mix(seed)) * 2 ** 20 + (event.serial % 2 ** 20);
  const left = window.steps.filter((step) => rank(step) > (start.rank ?? -1)).toSorted((a, b) => rank(a) - rank(b));
  const { steps, more } = fill(left, limit);
  const until = start.until ?? behind(window.steps, start).at;
  const last = steps.at(-1);
  if (more && last !== undefined) return { steps, next: { ...start, until, rank: rank(last) } };
  const rest = fill(read(until, undefined), 1);
  return { steps, next: rest.steps.length > 0 ? { at: until, backward: start.backward } : undefined };
}

function behind(steps: readonly Step[], start: Position): Position {
  const last = steps.at(-1)?.event;
  if (last === undefined) return start;
  return { at: start.backward ? placeBefore(last) : placeAfter(last), backward: start.backward };
}

function beginning(input: FilterInput): Position {
  if (input.startFromHead !== false) return { at: startOf(0), backward: false };
  if (input.startTime !== undefined && input.startTime >= BACKWARD_SINCE) {
    return { at: startOf(Number.MAX_SAFE_INTEGER), backward: true };
  }
  throw invalid('startFromHead=false is supported only with a startTime on or after 2024-01-01T00:00:00Z.');
}

function lanesOf(group: Group, { logStreamNames, logStreamNamePrefix }: FilterInput): Lane[] {
  if (logStreamNames !== undefined && logStreamNamePrefix !== undefined) {
    throw invalid('logStreamNames and logStreamNamePrefix cannot both be given.');
  }
  if (logStreamNames !== undefined) return [...new Set(logStreamNames)].map((name) => streamOf(group, name));
  return [...group.streams.values()].filter((stream) => stream.name.startsWith(logStreamNamePrefix ?? ''));
}

/** Of the filter patterns, only plain words: all of them, case-sensitive, anywhere in the message. */
function pattern(text = ''): (message: string) => boolean {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const strange = words.find((word) => !/^[\w.:/]+$/.test(word));
  if (strange !== undefined) {
    throw invalid(`The emulator knows filter patterns of plain words only and found ${strange}: filter in the reader.`);
  }
  return (message) => words.every((word) => message.includes(word));
}

/** What a token is bound to. The limit may change between pages, and the token knows its direction. */
const queryOf = (group: Group, input: FilterInput): unknown => [
  group.name,
  group.createdAt,
  input.logStreamNames,
  input.logStreamNamePrefix,
  input.startTime,
  input.endTime,
  input.filterPattern,
];
