import { textAt } from '../../lambda/core/json.ts';
import type { AuditSearch } from '../../lib/elasticsearch/search.ts';
import { CHANGING, type Change, changeOf, hasMore } from './change.ts';
import type { Entry } from './entry.ts';
import { eventIn } from './event.ts';
import { type Clause, either } from './filter.ts';
import { isCreation, livesOf } from './lives.ts';
import { type Manifest, manifestOf } from './manifest.ts';
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
export const PAGE = 100;
/** Older events that are looked at for the version before the oldest that is shown. */
const CONTEXT = 20;

/** What became of an object, a page at a time. */
export async function changeLog(
  search: AuditSearch,
  key: ObjectKey,
  { size = PAGE, after }: ChangeLogOptions = {},
): Promise<ChangeLog> {
  const page = { size: size + CONTEXT, ...(after === undefined ? {} : { after }) };
  const hits = hitsOf(await search.search(pageBody(historyQuery(key), page)));
  const rows = hits.map(rowOf);
  const shown = new Set(rows.slice(0, size).map(({ id }) => id));
  const beyond = hits.length < page.size ? undefined : cursorOf(hits.at(-1));
  let lives = await livesIn(search, key, { rows, shown, hasOlder: beyond !== undefined });
  if (beyond !== undefined && lacksBefore(lives[0])) {
    const older = hitsOf(await search.search(pageBody(likelyQuery(key), { size: CONTEXT, after: beyond })));
    const window = { rows: [...rows, ...older.map(rowOf)], shown, hasOlder: older.length === CONTEXT };
    lives = await livesIn(search, key, window);
  }
  const next = hits.length > size ? cursorOf(hits[size - 1]) : undefined;
  return { key: keyOf(key), lives: lives.toReversed(), ...(next === undefined ? {} : { next }) };
}

interface Window {
  /** Newest first. */
  readonly rows: readonly Row[];
  readonly shown: ReadonlySet<string>;
  /** There may be events before these. */
  readonly hasOlder: boolean;
}

/** Oldest first. */
async function livesIn(search: AuditSearch, key: ObjectKey, { rows, shown, hasOlder }: Window): Promise<Life[]> {
  const { changes, manifests } = await changesOf(search, key, rows.toReversed());
  const lives: Life[] = [];
  for (const [at, { uid, changes: own }] of livesOf(changes).entries()) {
    const story = new Story(hasOlder && at === 0);
    const entries = (await entriesOf(search, story, own, manifests)).filter(({ row }) => shown.has(row.id));
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

/** Bodies that are fetched at a time: each may be 1.5 MB. */
const BATCH = 10;
/** Characters of lines whose manifests are kept; those of others are fetched again when their turn comes. */
const KEPT = 8_000_000;

/** What each row did, and of small objects what they were then. */
async function changesOf(search: AuditSearch, key: ObjectKey, rows: readonly Row[]) {
  const changes = new Map<string, Change>();
  const manifests = new Map<string, Manifest>();
  let kept = 0;
  const note = (row: Row, original: string) => {
    const event = eventIn(original);
    const change = changeOf(row, event, key);
    if (change !== undefined) changes.set(row.id, change);
    kept += original.length;
    const manifest = change?.deed.kind === 'version' && kept < KEPT ? manifestOf(event) : undefined;
    if (manifest !== undefined) manifests.set(row.id, manifest);
  };
  for (const row of rows) if (!hasMore(row)) note(row, '');
  const others = rows.filter(hasMore);
  for (let from = 0; from < others.length; from += BATCH) {
    const batch = others.slice(from, from + BATCH);
    const originals = await originalsOf(
      search,
      batch.map(({ id }) => id),
    );
    for (const row of batch) note(row, originals.get(row.id) ?? '');
  }
  return { changes: rows.flatMap(({ id }) => changes.get(id) ?? []), manifests };
}

/** The lines of these events by their ids. */
async function originalsOf(search: AuditSearch, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const query = { terms: { 'event.id': ids } };
  const body = { size: ids.length, query, _source: ['event.id', 'event.original'], track_total_hits: false };
  const hits = hitsOf(await search.search(body));
  return new Map(hits.map((hit) => [textOf(hit, 'id'), textOf(hit, 'original')]));
}

function textOf(hit: unknown, key: string): string {
  return textAt(hit, '_source', 'event', key) ?? '';
}

/** Of one life, oldest first. */
async function entriesOf(
  search: AuditSearch,
  story: Story,
  changes: readonly Change[],
  manifests: ReadonlyMap<string, Manifest>,
): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (const change of changes) {
    const { deed, row } = change;
    const manifest = manifests.get(row.id);
    const isLeft = deed.kind === 'version' && manifest === undefined;
    entries.push(story.tell(change, isLeft ? await fetched(search, row.id) : manifest));
  }
  return entries;
}

async function fetched(search: AuditSearch, id: string): Promise<Manifest | undefined> {
  const originals = await originalsOf(search, [id]);
  return manifestOf(eventIn(originals.get(id) ?? ''));
}
