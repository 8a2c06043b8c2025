import type { AuditSearch } from '../../lib/elasticsearch/search.ts';
import { CHANGING } from './change.ts';
import { ChangeReader } from './change-reader.ts';
import type { Entry } from './entry.ts';
import { type Clause, either } from './filter.ts';
import { isCreation, livesOf } from './lives.ts';
import { endingClauses, keyOf, type ObjectKey, objectClause } from './object.ts';
import { type Row, rowOf } from './row.ts';
import { Story } from './story.ts';
import { type Cursor, cursorOf, hitsOf, pageBody } from './timeline.ts';

/** The lives of an object and what changed in them, newest first. */
export interface ChangeLog {
  readonly key: ObjectKey;
  readonly lives: readonly Life[];
  /** Where the log goes on with what is older; absent: it ends here. */
  readonly next?: Cursor;
  /** The events are so large that the page ends after these: fewer than were asked for. Absent: it does not. */
  readonly largeAfter?: number;
}

/** From a creation to a deletion: an object made anew under the same name is another one. */
export interface Life {
  /** Absent: no event told it. */
  readonly uid?: string;
  readonly entries: readonly Entry[];
}

export interface ChangeLogOptions {
  /** Events at the most. Default: `PAGE`. */
  readonly size?: number;
  readonly after?: Cursor;
}

/** Events of a page. */
const PAGE = 100;
/** Older events that are looked at for the version before the oldest that is shown. */
const CONTEXT = 20;

/** Characters of lines that a page reads: one of 1.5 million is no rarity. */
const MOST_READ = 10_000_000;

/** What became of an object, a page at a time. */
export async function changeLog(
  search: AuditSearch,
  key: ObjectKey,
  { size = PAGE, after }: ChangeLogOptions = {},
): Promise<ChangeLog> {
  const page = { size: size + CONTEXT, ...(after === undefined ? {} : { after }) };
  const hits = hitsOf(await search.search(pageBody(historyQuery(key), page)));
  const reader = new ChangeReader(search, key);
  const rows = await reader.read(hits.map(rowOf), () => reader.characters >= MOST_READ);
  const shown = new Set(rows.slice(0, size).map(({ id }) => id));
  const isWhole = rows.length === hits.length && hits.length < page.size;
  const beyond = isWhole ? undefined : cursorOf(hits[rows.length - 1]);
  let lives = livesIn(reader, { rows, shown, hasOlder: beyond !== undefined });
  if (beyond !== undefined && lacksBefore(lives[0]))
    lives = await livesWithOlder(search, reader, { rows, shown, beyond });
  const next = hits.length > shown.size ? cursorOf(hits[shown.size - 1]) : undefined;
  const isLarge = rows.length < Math.min(size, hits.length);
  return {
    key: keyOf(key),
    lives: lives.toReversed(),
    ...(next === undefined ? {} : { next }),
    ...(isLarge ? { largeAfter: rows.length } : {}),
  };
}

interface Window {
  /** Newest first; all were read. */
  readonly rows: readonly Row[];
  readonly shown: ReadonlySet<string>;
  /** There may be events before these. */
  readonly hasOlder: boolean;
}

type OpenWindow = Omit<Window, 'hasOlder'> & { readonly beyond: Cursor };

/** With the version before the oldest one, as far as it is looked for. */
async function livesWithOlder(search: AuditSearch, reader: ChangeReader, { rows, shown, beyond }: OpenWindow) {
  const { key } = reader;
  const hits = hitsOf(await search.search(pageBody(likelyQuery(key), { size: CONTEXT, after: beyond })));
  const found = hits.map(rowOf);
  const older = await reader.read(found, () => found.some((row) => reader.change(row)?.deed.kind === 'version'));
  const hasOlder = older.length === CONTEXT || older.length < found.length;
  return livesIn(reader, { rows: [...rows, ...older], shown, hasOlder });
}

/** Oldest first. */
function livesIn(reader: ChangeReader, { rows, shown, hasOlder }: Window): Life[] {
  const changes = rows.toReversed().flatMap((row) => reader.change(row) ?? []);
  const lives: Life[] = [];
  for (const [at, { uid, changes: own }] of livesOf(changes).entries()) {
    const story = new Story(hasOlder && at === 0);
    const told = own.map((change) => story.tell(change, reader.manifest(change.row)));
    const entries = told.filter(({ row }) => shown.has(row.id));
    if (entries.length > 0) lives.push({ ...(uid && { uid }), entries: entries.toReversed() });
  }
  return lives;
}

/** Whether its oldest version that is shown changed another one, which is not known. */
function lacksBefore(life: Life | undefined): boolean {
  const oldest = life?.entries.findLast(({ kind }) => kind === 'version');
  return oldest !== undefined && oldest.before === undefined && !isCreation(oldest.row);
}

/** Of the history what may be a version or an end: a controller's many lines and failures are none. */
function likelyQuery(key: ObjectKey): Clause {
  const must_not = [
    { exists: { field: 'kubernetes.audit.objectRef.subresource' } },
    { range: { 'kubernetes.audit.responseStatus.code': { gte: 300 } } },
    { term: { 'kubernetes.audit.stage': 'Panic' } },
    { term: { 'kubernetes.audit.dryRun': true } },
  ];
  return { bool: { filter: [historyQuery(key)], must_not } };
}

/** Everything that changed the object, and what may have. */
export function historyQuery(key: ObjectKey): Clause {
  const own = { bool: { filter: [objectClause(key), { terms: { 'event.action': CHANGING } }] } };
  // What came before an answer changed nothing yet.
  const answered = { terms: { 'kubernetes.audit.stage': ['ResponseComplete', 'Panic'] } };
  return { bool: { filter: [either([own, endingClauses(key)]), answered] } };
}
