import { z } from 'zod';
import { type Account, earlier, groupOf, later, oldest, streamOf } from './account.ts';
import { fill, PAGED } from './page.ts';
import { invalid } from './refusal.ts';
import { type Place, place, placeAfter, placeBefore, startOf } from './timeline.ts';
import { open, seal } from './token.ts';
import { walk } from './walk.ts';

export const getInput = z.object({ ...PAGED, logStreamName: z.string() });
export type GetInput = z.output<typeof getInput>;

/** Its endTime is exclusive, and its tokens are never absent: the end of a stream is the token that was given. */
export function getLogEvents(account: Account, input: GetInput) {
  const now = account.now();
  const group = groupOf(account, input);
  const stream = streamOf(group, input.logStreamName);
  const query = [group.name, group.createdAt, stream.name];
  const given = input.nextToken === undefined ? undefined : read(input.nextToken, query, now);
  const backward = given?.backward ?? !input.startFromHead;
  const low = later(startOf(input.startTime ?? 0), oldest(group, now));
  const high = startOf(input.endTime ?? Number.MAX_SAFE_INTEGER);
  const steps = walk([stream], {
    from: given && !backward ? later(given.at, low) : low,
    to: given && backward ? earlier(given.at, high) : high,
    backward,
    accept: (event) => event.ingestionTime <= now,
  });
  const page = fill(steps, input.limit);
  const events = (backward ? page.steps.toReversed() : page.steps).map(({ event }) => event);
  const [first, last] = [events[0], events.at(-1)];
  const write = (direction: 'f' | 'b', at: Place): string => `${direction}/${seal(query, at, now)}`;
  const still = given?.at ?? low;
  const forward = write('f', last ? placeAfter(last) : still);
  const back = write('b', first ? placeBefore(first) : still);
  const ended = first === undefined ? input.nextToken : undefined;
  return {
    events: events.map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
    nextForwardToken: (backward ? undefined : ended) ?? forward,
    nextBackwardToken: (backward ? ended : undefined) ?? back,
  };
}

function read(token: string, query: unknown, now: number): { at: Place; backward: boolean } {
  const direction = token.slice(0, 2);
  if (direction !== 'f/' && direction !== 'b/') throw invalid('The specified nextToken is invalid.');
  return { at: open(token.slice(2), query, place, now), backward: direction === 'b/' };
}
