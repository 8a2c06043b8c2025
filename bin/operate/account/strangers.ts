import { isMark, parkedId, wholeId } from '../../../lambda/core/document/parked.ts';
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
  /** Parked lines that were redriven and under whose ids nothing is expected: judged anew, they have others. */
  readonly rejudged: readonly Place[];
}

/** By key: how a document is there. */
type Seen = ReadonlyMap<string, Sighting>;

interface Sighting {
  indexed: boolean;
  /** The ids under which it is parked; of most lines none. */
  parked?: Set<string>;
  /** Says that what is parked was redriven. */
  mark?: Place;
}

export async function scan(
  snapshot: Snapshot,
  runs: readonly Minutes[],
  { expected, formerly }: ExpectedDocuments,
): Promise<Scanned> {
  const seen = new Map<string, Sighting>();
  const strangers: Place[] = [];
  const parked = new ParkedStrangers(formerly);
  const astray: Place[] = [];
  const isAstray = (place: Place) => {
    const known = profileOf(place.index) === 'calico' && astray.length < MOST_ASTRAY;
    if (known) astray.push(place);
    return known;
  };
  let strangerCount = 0;
  for (const { from, to } of runs) {
    for await (const places of snapshot.within({ startTime: from, endTime: to - 1 })) {
      for (const place of places) {
        const key = keyOf(place);
        const one = expected.get(key);
        if (one !== undefined && belongs(place, one)) seen.set(key, sighted(seen.get(key), place));
        else if (isParked(place.index) ? parked.take(place) : one === undefined && isAstray(place)) continue;
        else {
          strangerCount += 1;
          if (strangers.length < NAMED) strangers.push(place);
        }
      }
    }
  }
  const { unmarked, marked } = parked.sorted();
  const more = [...unmarked, ...marksAlone(seen)];
  const all = [...strangers, ...more].slice(0, NAMED);
  return { seen, strangers: all, strangerCount: strangerCount + more.length, rejudged: marked, astray };
}

/** Of a group: more of them are no matter of lines filed under a neighbouring minute. */
const MOST_ASTRAY = 10_000;

/** The key of what must be at a place. */
export function keyOf({ index, id }: Place): string {
  return isParked(index) ? wholeId(id) : parkedId(id, profileOf(index));
}

function sighted(there: Sighting = { indexed: false }, place: Place): Sighting {
  if (!isParked(place.index)) there.indexed = true;
  else if (isMark(place.id)) there.mark = place;
  else there.parked = (there.parked ?? new Set()).add(place.id);
  return there;
}

/** A mark beside nothing that is parked was made by nobody who redrives. */
function marksAlone(seen: Seen): readonly Place[] {
  return [...seen.values()].flatMap(({ mark, parked }) => (mark === undefined || parked !== undefined ? [] : [mark]));
}

/** How many parked documents that nothing expects are held: those of a fault that was mended, and no more. */
const MOST = 50_000;

/** Parked documents that nothing expects, and the marks beside them, which come in any order. */
class ParkedStrangers {
  readonly #places: Place[] = [];
  readonly #marks = new Set<string>();
  readonly #formerly: ReadonlySet<string>;

  /** `formerly`: ids under which an earlier version may have parked what is dropped now. */
  constructor(formerly: ReadonlySet<string>) {
    this.#formerly = formerly;
  }

  /** `false`: there are too many. */
  take(place: Place): boolean {
    if (this.#places.length === MOST) return false;
    this.#places.push(place);
    if (isMark(place.id)) this.#marks.add(lineOf(place));
    return true;
  }

  /** A mark belongs to the line beside it; one beside nothing is a stranger. */
  sorted(): { readonly unmarked: readonly Place[]; readonly marked: readonly Place[] } {
    const lines = new Set(this.#places.filter(({ id }) => !isMark(id)).map(lineOf));
    const isMarked = (place: Place) => this.#marks.has(lineOf(place)) && lines.has(lineOf(place));
    return {
      unmarked: this.#places.filter((place) => !isMarked(place) && !this.#formerly.has(place.id)),
      marked: this.#places.filter((place) => isMarked(place)),
    };
  }
}

function lineOf({ index, id }: Place): string {
  return `${index}/${wholeId(id)}`;
}

/** An event may be parked in place of being indexed; it is nowhere else. What is no event can't be redriven. */
function belongs({ index, id }: Place, { index: expected, kind, parkedAs }: Expected): boolean {
  if (!isParked(index)) return index === expected;
  return isMark(id) ? kind === 'event' : parkedAs.some((ids) => ids.includes(id));
}

export function isSeen(expected: Expected, seen: Seen): boolean {
  if (expected.kind === 'event' && isIndexed(expected, seen)) return true;
  return isParkedWhole(expected, seen) && !isRedriven(expected, seen);
}

/** Of an event one of the two is too many, unless a mark says that it was redriven. */
export function isSeenTwice(expected: Expected, seen: Seen): boolean {
  if (expected.kind === 'parked' || isRedriven(expected, seen)) return false;
  return isIndexed(expected, seen) && isParkedWhole(expected, seen);
}

/** An event of which a mark says that it is indexed, and which is not. */
export function isMarkedOnly(expected: Expected, seen: Seen): boolean {
  return isRedriven(expected, seen) && !isIndexed(expected, seen);
}

function isRedriven({ kind, key }: Expected, seen: Seen): boolean {
  return kind === 'event' && seen.get(key)?.mark !== undefined;
}

function isIndexed({ key }: Expected, seen: Seen): boolean {
  return seen.get(key)?.indexed === true;
}

function isParkedWhole({ key, parkedAs }: Expected, seen: Seen): boolean {
  const there = seen.get(key)?.parked;
  return there !== undefined && parkedAs.some((ids) => ids.every((each) => there.has(each)));
}

/** Of the parked lines that were redriven under other ids, those that no line makes: a mark's own word proves nothing. */
export async function unmadeAmong(
  documents: Pick<IndexedDocuments, 'describe'>,
  rejudged: readonly Place[],
  { expected, dropped }: ExpectedDocuments,
): Promise<readonly Place[]> {
  if (rejudged.length === 0) return [];
  const made = new Set([...expected.values()].filter(({ kind }) => kind === 'event').map(({ eventId }) => eventId));
  const described = await documents.describe(rejudged);
  const isMade = (eventId: string) => made.has(eventId) || dropped.has(eventId);
  return described.flatMap(({ index, id, eventId }) => (isMade(eventId) ? [] : [{ index, id }]));
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
  if (expected !== undefined && isMark(id)) return 'nothing is parked beside it that was redriven';
  if (expected !== undefined) return `its place is ${expected.index}, not ${index}`;
  const by = judged.dropped.get(eventId);
  if (by !== undefined) return `its line is dropped by the policy of its minute (${by}): it was indexed under another`;
  return 'no line in CloudWatch Logs makes it';
}
