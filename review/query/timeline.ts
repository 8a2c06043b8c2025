import { at, textAt } from '../../lambda/core/json.ts';
import { isoTime } from '../../lambda/core/time.ts';
import { type AuditSearch, KEEP_ALIVE } from '../../lib/elasticsearch/search.ts';
import { type Clause, type Filter, queryOf, type Times } from './filter.ts';
import { ROW_FIELDS, type Row, rowOf } from './row.ts';

export interface Page {
  /** Newest first. */
  readonly rows: readonly Row[];
  /** Where the next page begins; absent: this was the last. */
  readonly next?: Cursor;
  /** The point in time's newest id, to be used from here on; absent where none was given. */
  readonly pit?: string;
}

/** Place of the last row that was shown: `@timestamp`, the exact time, `event.id`, by which the rows are ordered. */
export type Cursor = readonly [time: number, exact: string, id: string];

export interface PageOptions {
  readonly size: number;
  /** Absent: from the newest on. */
  readonly after?: Cursor;
  /** Of `AuditSearch.open`: rows that come in while somebody scrolls don't move those below. */
  readonly pit?: string;
}

const STAGE_TIME = 'kubernetes.audit.stageTimestamp';

/** Order of the timeline: the time to the millisecond, then to the nanosecond, then any order that stays. */
const NEWEST_FIRST = sorted('desc');
export const OLDEST_FIRST = sorted('asc');

function sorted(order: 'asc' | 'desc'): readonly object[] {
  // As text: a double does not hold so many nanoseconds. A truncated line may lack it: Elasticsearch would put it last,
  // give null for its place when the oldest come first, and refuse to go on behind that.
  const exact = { order, format: 'strict_date_optional_time_nanos', unmapped_type: 'date_nanos', missing: 0 };
  return [{ '@timestamp': order }, { [STAGE_TIME]: exact }, { 'event.id': order }];
}

/** One page of what a filter shows. */
export async function timelinePage(
  search: AuditSearch,
  filter: Filter,
  times: Times,
  options: PageOptions,
): Promise<Page> {
  const answer = await search.search(pageBody(queryOf(filter, times), options));
  const hits = hitsOf(answer);
  const pit = textAt(answer, 'pit_id') ?? options.pit;
  const next = hits.length < options.size ? undefined : cursorOf(hits.at(-1));
  return {
    rows: hits.map(rowOf),
    ...(next === undefined ? {} : { next }),
    ...(pit === undefined ? {} : { pit }),
  };
}

/** undefined: no event has this id. */
export async function rowById(search: AuditSearch, id: string): Promise<Row | undefined> {
  const body = { size: 1, query: { term: { 'event.id': id } }, _source: ROW_FIELDS, track_total_hits: false };
  return hitsOf(await search.search(body)).map(rowOf)[0];
}

/** `fields`: what to fetch of each document. */
export function pageBody(
  query: Clause,
  { size, after, pit }: PageOptions,
  fields: readonly string[] = ROW_FIELDS,
): object {
  return {
    size,
    query,
    sort: NEWEST_FIRST,
    _source: fields,
    track_total_hits: false,
    ...(pit === undefined ? {} : { pit: { id: pit, keep_alive: KEEP_ALIVE } }),
    ...(after === undefined ? {} : { search_after: after }),
  };
}

/** The place of a hit. A point in time adds a value of its own, which holds for that one alone. */
export function cursorOf(hit: unknown): Cursor | undefined {
  const sort = at(hit, 'sort');
  const [time, exact, id] = Array.isArray(sort) ? sort : [];
  return typeof time === 'number' && typeof id === 'string' ? [time, String(exact), id] : undefined;
}

/** As a URL's parameter has it. */
export function cursorText(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** undefined: nobody's cursor. */
export function parseCursor(text: string): Cursor | undefined {
  try {
    return cursorOf({ sort: JSON.parse(Buffer.from(text, 'base64url').toString()) });
  } catch {
    return undefined;
  }
}

export interface News {
  /** What came in since, newest first. Some may have been given before: know them by `id`. */
  readonly rows: readonly Row[];
  /** What to give next time. */
  readonly since: number;
  /** More came in than is shown: load the page anew. */
  readonly isCut: boolean;
}

/** Milliseconds: an event may become searchable so long after it got its `event.ingested`. */
const OVERLAP = 120_000;
const MOST = 200;

/** What came in since, whenever it happened: by `event.ingested`. `since`: milliseconds. */
export async function tail(search: AuditSearch, filter: Filter, times: Times, since: number): Promise<News> {
  const query = queryOf(filter, times, [{ range: { 'event.ingested': { gte: isoTime(since - OVERLAP) } } }]);
  const sort = [{ 'event.ingested': 'desc' }, ...NEWEST_FIRST];
  const body = { size: MOST, query, sort, _source: ROW_FIELDS, track_total_hits: false };
  const rows = hitsOf(await search.search(body)).map(rowOf);
  const newest = rows.reduce((latest, { ingested = 0 }) => Math.max(latest, ingested), since);
  return { rows: rows.toSorted(newestFirst), since: newest, isCut: rows.length === MOST };
}

/** As `NEWEST_FIRST`, for rows in hand. */
export function newestFirst(one: Row, other: Row): number {
  return other.time - one.time || compare(other.exact ?? '', one.exact ?? '') || compare(other.id, one.id);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

export function hitsOf(answer: unknown): readonly unknown[] {
  const hits = at(answer, 'hits', 'hits');
  return Array.isArray(hits) ? hits : [];
}
