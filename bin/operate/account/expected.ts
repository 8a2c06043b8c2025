import type { Profile } from '../../../lambda/contract.ts';
import { type Judgement, judge, type Parcel, type Rules } from '../../../lambda/core/document/judge.ts';
import { PART_SIZES, parkedId } from '../../../lambda/core/document/parked.ts';
import { type Found, FoundByMinute } from '../../../lambda/core/ledger/counts.ts';
import type { EventHash } from '../../../lambda/core/ledger/digest.ts';
import type { Dropper } from '../../../lambda/core/ledger/outcome.ts';
import type { CloudWatchLine } from '../../../lambda/core/line.ts';
import { floorMinute, isoTime } from '../../../lambda/core/time.ts';
import { type Named, parkedIndex, profileOf } from '../../../lib/elasticsearch/documents.ts';
import { parkedFormerly } from './formerly.ts';

/** A document that must be there, or be parked in its place. */
export interface Expected extends Named {
  /** Another one's of the same line is of another profile, and has the same id. */
  readonly key: string;
  /** Of a line that has several documents: which one it is. */
  readonly profile?: Profile;
  readonly minute: number;
  readonly index: string;
  /** An event that Elasticsearch refused is parked in its place; what is no event was parked from the first. */
  readonly kind: 'event' | 'parked';
  /** Where it is parked, where it is. */
  readonly parkedIndex: string;
  /** The ids under which it is parked, where it is: one list, or one for each size of parts. */
  readonly parkedAs: readonly (readonly string[])[];
  readonly ingestionTime: number;
}

/** The documents that must be there: lines judged again, each by its minute's rules, and counted as a row counts them. */
export class ExpectedDocuments {
  /** By key; lines that say the same event again are one. */
  readonly expected = new Map<string, Expected>();
  /** By eventId, what dropped a line. */
  readonly dropped = new Map<string, Dropper>();
  /** Ids under which lines may be parked that are dropped now. */
  readonly formerly = new Set<string>();
  readonly #rulesOf: (minute: number) => Rules;
  readonly #oldest: (minute: number) => number;
  readonly #found: FoundByMinute;

  /** `oldest`: the shape of the oldest documents of a minute. `seenUntil`: of the newest full read of it. */
  constructor(
    rulesOf: (minute: number) => Rules,
    oldest: (minute: number) => number,
    seenUntil: (minute: number) => number,
  ) {
    this.#rulesOf = rulesOf;
    this.#oldest = oldest;
    this.#found = new FoundByMinute(seenUntil);
  }

  /** What CloudWatch Logs holds of a minute. */
  found(minute: number): Found {
    return this.#found.of(minute);
  }

  /** `hash`: of the line's eventId. Empty: it is dropped, or says an event again. */
  take(line: CloudWatchLine, hash: EventHash): readonly Taken[] {
    this.#found.add(line, hash);
    const minute = floorMinute(line.timestamp);
    const taken = takenBy(line, this.#rulesOf(minute), this.#oldest(minute));
    if (taken.kind === 'dropped') {
      this.dropped.set(line.origin.eventId, taken.by);
      for (const id of idsOf(taken.formerly).flat()) this.formerly.add(id);
      return [];
    }
    const all = taken.all.filter(({ expected }) => !this.expected.has(expected.key));
    for (const { expected } of all) this.expected.set(expected.key, expected);
    return all;
  }
}

/** One of a line's documents, as it is expected and as it is made. */
export interface Taken {
  readonly expected: Expected;
  /** Of that document alone. */
  readonly parcel: Parcel;
  /** As an earlier version may have sent it; undefined: there is no other way. */
  readonly formerly: Parcel | undefined;
}

type TakenLine =
  | { readonly kind: 'sent'; readonly all: readonly Taken[] }
  | (Extract<Judgement, { kind: 'dropped' }> & Pick<Taken, 'formerly'>);

/** `oldest`: the shape of the oldest documents of its minute. */
export function takenBy(line: CloudWatchLine, rules: Rules, oldest: number): TakenLine {
  // When it was handled is not known, nor compared.
  const judgement = judge(line, rules, line.origin.ingestionTime);
  const { truncated } = judgement.kind === 'dropped' ? judgement : judgement.parcel;
  const formerly = truncated ? parkedFormerly(line, rules, oldest) : undefined;
  if (judgement.kind === 'dropped') return { ...judgement, formerly };
  const all = singles(judgement.parcel).map((parcel) => ({
    parcel,
    formerly,
    expected: expectation(line, parcel, formerly, rules),
  }));
  return { kind: 'sent', all: all.length > 1 ? all.map(ofSeveral) : all };
}

/** Of an event one parcel for each profile. */
function singles(parcel: Parcel): readonly Parcel[] {
  if (parcel.kind === 'parked') return [parcel];
  return parcel.items.map((item) => ({
    ...parcel,
    items: [item],
    parkedAs: (reason, detail) => parcel.parkedAs(reason, detail, item),
  }));
}

function ofSeveral(taken: Taken): Taken {
  return { ...taken, expected: { ...taken.expected, profile: profileOf(taken.expected.index) } };
}

function expectation(line: CloudWatchLine, parcel: Parcel, formerly: Parcel | undefined, { cluster }: Rules): Expected {
  const { id, kind, items } = parcel;
  const { stream, eventId, ingestionTime } = line.origin;
  return {
    id,
    key: keyOf(parcel),
    minute: floorMinute(line.timestamp),
    time: isoTime(line.timestamp),
    stream,
    eventId,
    kind,
    index: items[0]?.index ?? '',
    parkedIndex: parkedIndex(cluster.indexName, line.timestamp),
    parkedAs: [...parkedIds(parcel), ...idsOf(formerly)],
    ingestionTime,
  };
}

function keyOf(parcel: Parcel): string {
  return parcel.kind === 'event' ? parkedId(parcel.id, parcel.items[0]?.profile) : parcel.id;
}

function parkedIds(parcel: Parcel): readonly (readonly string[])[] {
  // Most are parked whole, which is known without making what is parked.
  if (parcel.kind === 'event' && Buffer.byteLength(parcel.text) <= PART_SIZES.small) return [[keyOf(parcel)]];
  return idsOf(parcel.kind === 'event' ? parcel.parkedAs('too large', '') : parcel);
}

/** Of what is parked: whole, and in the smaller parts. */
function idsOf(parked: Parcel | undefined): readonly (readonly string[])[] {
  if (parked === undefined) return [];
  const smaller = parked.kind === 'parked' ? parked.smaller?.() : undefined;
  return [parked, ...(smaller === undefined ? [] : [smaller])].map(({ items }) => items.map(({ id }) => id));
}
