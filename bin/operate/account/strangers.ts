import { wholeId } from '../../../lambda/core/document/parked.ts';
import type { Minutes } from '../../../lambda/core/minutes/minutes.ts';
import { type IndexedDocuments, isParked, type Place, type Snapshot } from '../../../lib/elasticsearch/documents.ts';
import type { Expected, ExpectedDocuments } from './expected.ts';
import { type Extra, NAMED } from './verification.ts';

/** Which documents a snapshot holds of minutes, by their ids alone. */
export interface Scanned {
  readonly seen: Seen;
  /** Those that are expected nowhere, or elsewhere: the first of them. */
  readonly strangers: readonly Place[];
  readonly strangerCount: number;
}

/** By the line's id: which of its documents are there. */
type Seen = ReadonlyMap<string, Sighting>;

interface Sighting {
  indexed: boolean;
  /** The ids under which it is parked; of most lines none. */
  parked?: Set<string>;
}

export async function scan(
  snapshot: Snapshot,
  runs: readonly Minutes[],
  { expected, formerly }: ExpectedDocuments,
): Promise<Scanned> {
  const seen = new Map<string, Sighting>();
  const strangers: Place[] = [];
  let strangerCount = 0;
  for (const { from, to } of runs) {
    for await (const places of snapshot.within({ startTime: from, endTime: to - 1 })) {
      for (const place of places) {
        const parked = isParked(place.index);
        const id = parked ? wholeId(place.id) : place.id;
        const one = expected.get(id);
        if (parked && one === undefined && formerly.has(place.id)) continue;
        if (one === undefined || !belongs(place, one)) {
          strangerCount += 1;
          if (strangers.length < NAMED) strangers.push(place);
          continue;
        }
        const there = seen.get(id) ?? { indexed: false };
        if (!parked) there.indexed = true;
        else there.parked = (there.parked ?? new Set()).add(place.id);
        seen.set(id, there);
      }
    }
  }
  return { seen, strangers, strangerCount };
}

/** An event may be parked in place of being indexed; it is nowhere else. */
function belongs({ index, id }: Place, { index: expected, parkedAs }: Expected): boolean {
  return isParked(index) ? parkedAs.some((ids) => ids.includes(id)) : index === expected;
}

export function isSeen(expected: Expected, seen: Seen): boolean {
  return (expected.kind === 'event' && isIndexed(expected, seen)) || isParkedWhole(expected, seen);
}

/** Of an event one of the two is too many. */
export function isSeenTwice(expected: Expected, seen: Seen): boolean {
  return expected.kind === 'event' && isIndexed(expected, seen) && isParkedWhole(expected, seen);
}

function isIndexed({ id }: Expected, seen: Seen): boolean {
  return seen.get(id)?.indexed === true;
}

function isParkedWhole({ id, parkedAs }: Expected, seen: Seen): boolean {
  const there = seen.get(id)?.parked;
  return there !== undefined && parkedAs.some((ids) => ids.every((each) => there.has(each)));
}

/** Why these documents are too many, as far as it can be told. */
export async function explained(
  documents: Pick<IndexedDocuments, 'describe'>,
  strangers: readonly Place[],
  judged: ExpectedDocuments,
): Promise<readonly Extra[]> {
  const described = await documents.describe(strangers);
  return described.map((each) => ({ ...each, why: whyExtra(each, judged) }));
}

function whyExtra({ id, index, eventId }: Omit<Extra, 'why'>, judged: ExpectedDocuments): string {
  const expected = judged.expected.get(id);
  if (expected !== undefined) return `its place is ${expected.index}, not ${index}`;
  const by = judged.dropped.get(eventId);
  if (by !== undefined) return `its line is dropped by the policy of its minute (${by}): it was indexed under another`;
  return 'no line in CloudWatch Logs makes it';
}
