import { type Checkpoint, cursor } from '../../../lambda/core/minutes/checkpoint.ts';
import { MINUTE } from '../../../lambda/core/time.ts';
import type { IndexedDocuments, Place } from '../../../lib/elasticsearch/documents.ts';
import type { Expected } from './expected.ts';
import type { Rows } from './groups.ts';
import type { Compared } from './reread.ts';

/**
 * A document not filed under its line's time is there nonetheless when the same event stands in two lines (it has the
 * first one's time), or when no refresh has made it searchable yet: so each is looked up by its id.
 */
export async function stillMissing(
  documents: Pick<IndexedDocuments, 'present' | 'parked'>,
  unseen: readonly Expected[],
): Promise<readonly Expected[]> {
  const parkedPlaces = ({ parkedAs, parkedIndex: index }: Expected) =>
    parkedAs.map((ids) => ids.map((id) => ({ index, id })));
  const own = ({ kind, index, id }: Expected) => (kind === 'event' ? [{ index, id }] : []);
  const asked = unseen.flatMap((each) => [...own(each), ...parkedPlaces(each).flat()]);
  const present = new Set((await documents.present(asked)).map(keyOf));
  const isThere = (place: Place) => present.has(keyOf(place));
  const left = unseen.filter(
    (each) => !own(each).some(isThere) && !parkedPlaces(each).some((places) => places.every(isThere)),
  );
  const events = left.filter(({ kind }) => kind === 'event');
  const places = await documents.parked(events.flatMap(({ parkedAs }) => parkedAs.flat()));
  const parked = new Set(places.map(({ id }) => id));
  return left.filter(
    ({ kind, parkedAs }) => kind === 'parked' || !parkedAs.some((ids) => ids.every((id) => parked.has(id))),
  );
}

/** Events that are not where they must be, also where they are parked. */
export async function notIndexed(
  documents: Pick<IndexedDocuments, 'present'>,
  events: readonly Expected[],
): Promise<readonly Expected[]> {
  const present = new Set((await documents.present(events)).map(keyOf));
  return events.filter((each) => !present.has(keyOf(each)));
}

function keyOf({ index, id }: Place): string {
  return `${index}/${id}`;
}

/** A line is there to be read at the latest so long after CloudWatch Logs took it in, milliseconds. */
const READABLE_AFTER = MINUTE;

/**
 * Lines that came after the last look, as many as the row lacks, are awaited as long as another look is to come. What
 * that look can have seen is not: its document was there, and is missing.
 */
export function awaitedAmong(
  lost: readonly Expected[],
  compared: readonly Compared[],
  rows: Rows,
  checkpoint: Checkpoint | undefined,
): ReadonlySet<Expected> {
  const awaited = new Set<Expected>();
  for (const each of compared) {
    if (each.kind !== 'more' || !isLookedAtAgain(each.minute, checkpoint)) continue;
    const lookedAt = rows.get(each.minute)?.readAt ?? 0;
    const newest = lost
      .filter(({ minute, ingestionTime }) => minute === each.minute && ingestionTime > lookedAt - READABLE_AFTER)
      .toSorted((a, b) => b.ingestionTime - a.ingestionTime);
    const lines = new Set([...new Set(newest.map(({ eventId }) => eventId))].slice(0, each.lines));
    for (const one of newest) if (lines.has(one.eventId)) awaited.add(one);
  }
  return awaited;
}

function isLookedAtAgain(minute: number, checkpoint: Checkpoint | undefined): boolean {
  return checkpoint !== undefined && [...checkpoint.cursors.keys()].some((age) => cursor(checkpoint, age) <= minute);
}
