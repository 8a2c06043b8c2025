import { eventPage } from '../../pages/event.ts';
import { address, diffLink, objectLink } from '../../pages/links.ts';
import { changeLog } from '../../query/change-log.ts';
import type { Entry } from '../../query/entry.ts';
import { type WholeEvent, wholeEvent } from '../../query/event.ts';
import { type ObjectKey, objectOf } from '../../query/object.ts';
import type { Row } from '../../query/row.ts';
import type { Cursor } from '../../query/timeline.ts';
import { page, paramsOf, type Review, type Route, sentencePage } from '../review.ts';

export const event: Route = (app, review) => {
  app.get('/event', async (context) => {
    const found = await eventOf(review, paramsOf(context).get('id'));
    if (found === undefined) return sentencePage(context, review, NO_EVENT);
    return page(context, review, { title: 'Event' }, eventPage(found, review.when));
  });
  app.get('/event/line', async (context) => {
    const found = await eventOf(review, paramsOf(context).get('id'));
    if (found === undefined) return sentencePage(context, review, NO_EVENT);
    context.header('Content-Disposition', 'attachment; filename="event.json"');
    return context.body(found.original, 200, { 'Content-Type': 'application/json; charset=utf-8' });
  });
  app.get('/change', async (context) => {
    const found = await eventOf(review, paramsOf(context).get('id'));
    if (found === undefined) return sentencePage(context, review, NO_EVENT);
    return context.redirect(await changeAddress(review, found), 303);
  });
};

export const NO_EVENT = {
  title: 'No such event',
  sentence:
    'Nothing has this address. The event may have been deleted since, or this page reads another Elasticsearch than the one that the address was made for.',
  status: 404,
} as const;

export async function eventOf({ search, mayRead }: Review, id: string | null): Promise<WholeEvent | undefined> {
  const found = id === null || id === '' ? undefined : await wholeEvent(search, id);
  if (found === undefined) await mayRead();
  return found;
}

/** Where it is shown what an event changed. */
async function changeAddress(review: Review, { row }: WholeEvent): Promise<string> {
  const key = objectOf(row);
  if (key === undefined) return address('/event', new URLSearchParams({ id: row.id }));
  const entry = await entryOf(review, key, row);
  if (entry === undefined) return objectLink(key);
  const { before, kind } = entry;
  // Its body is no version, and without one before it there is nothing to hold it against.
  if (kind === 'deletion requested' && before === undefined) return objectLink(key);
  return diffLink(row.id, before?.id);
}

/** Pages of a change log in which an event is looked for: others may be of the same millisecond. */
const PAGES = 20;

/** The log is read from the event on: what is newer tells nothing of it, and may be long. */
async function entryOf({ search }: Review, key: ObjectKey, { id, time }: Row): Promise<Entry | undefined> {
  let after: Cursor = [time + 1, new Date(0).toISOString(), ''];
  for (let each = 0; each < PAGES; each += 1) {
    const { lives, next } = await changeLog(search, key, { after });
    const found = lives.flatMap(({ entries }) => entries).find(({ row }) => row.id === id);
    if (found !== undefined || next === undefined) return found;
    after = next;
  }
  return undefined;
}
