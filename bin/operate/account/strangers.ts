import { parkedId, wholeId } from '../../../lambda/core/document/parked.ts';
import type { Minutes } from '../../../lambda/core/minutes/minutes.ts';
import {
  type IndexedDocuments,
  isParked,
  type Place,
  profileOf,
  type Snapshot,
} from '../../../lib/elasticsearch/documents.ts';
import type { Expected, ExpectedDocuments } from './expected.ts';
import { type Extra, NAMED } from './verification.ts';

/** Which documents a snapshot holds of minutes, by their ids alone. */
export interface Scanned {
  readonly seen: Seen;
  /** Those that are expected nowhere, or elsewhere: the first of them. */
  readonly strangers: readonly Place[];
  readonly strangerCount: number;
  /** Of Calico's, those that are expected nowhere in these minutes: their line may be filed under others. */
  readonly astray: readonly Place[];
}

/** By key: how a document is there. */
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
  const astray: Place[] = [];
  let strangerCount = 0;
  for (const { from, to } of runs) {
    for await (const places of snapshot.within({ startTime: from, endTime: to - 1 })) {
      for (const place of places) {
        const parked = isParked(place.index);
        const key = keyOf(place);
        const one = expected.get(key);
        if (parked && one === undefined && formerly.has(place.id)) continue;
        if (one === undefined && !parked && profileOf(place.index) === 'calico' && astray.length < MOST_ASTRAY) {
          astray.push(place);
          continue;
        }
        if (one === undefined || !belongs(place, one)) {
          strangerCount += 1;
          if (strangers.length < NAMED) strangers.push(place);
          continue;
        }
        const there = seen.get(key) ?? { indexed: false };
        if (!parked) there.indexed = true;
        else there.parked = (there.parked ?? new Set()).add(place.id);
        seen.set(key, there);
      }
    }
  }
  return { seen, strangers, strangerCount, astray };
}

/** Of a group: more of them are no matter of lines filed under a neighbouring minute. */
const MOST_ASTRAY = 10_000;

/** The key of what must be at a place. */
export function keyOf({ index, id }: Place): string {
  return isParked(index) ? wholeId(id) : parkedId(id, profileOf(index));
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

function isIndexed({ key }: Expected, seen: Seen): boolean {
  return seen.get(key)?.indexed === true;
}

function isParkedWhole({ key, parkedAs }: Expected, seen: Seen): boolean {
  const there = seen.get(key)?.parked;
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
  const expected = judged.expected.get(keyOf({ index, id }));
  if (expected !== undefined) return `its place is ${expected.index}, not ${index}`;
  const by = judged.dropped.get(eventId);
  if (by !== undefined) return `its line is dropped by the policy of its minute (${by}): it was indexed under another`;
  return 'no line in CloudWatch Logs makes it';
}
