import type { BulkItem } from '../../../lambda/core/bulk/bulk.ts';
import type { Parcel } from '../../../lambda/core/document/judge.ts';
import type { JsonObject } from '../../../lambda/core/json.ts';
import type { ParkReason } from '../../../lambda/core/ledger/outcome.ts';
import { parseTime } from '../../../lambda/core/time.ts';
import type { IndexedDocuments, Place } from '../../../lib/elasticsearch/documents.ts';
import { type Branch, branchOf, FROM_A_FILE, type Table } from './columns.ts';
import { type Differences, differences, textDifferences, textIn } from './differences.ts';
import type { Expected, Taken } from './expected.ts';

/** A document that is there, and whether it says what its line makes. */
export interface Inspected {
  readonly expected: Expected;
  /** Where it is; of one in parts the part that is altered, else the first. */
  readonly place: Place;
  /** undefined: it says what it must. */
  readonly altered: Alteration | undefined;
}

export interface Alteration extends Differences {
  /** The time that the document says its line is filed under; undefined: it says none. */
  readonly claimed: number | undefined;
}

/** One way for a line to be in Elasticsearch: all these items are there. */
interface Way {
  readonly items: readonly BulkItem[];
  /** undefined: they are to be the same to the byte. */
  readonly columns: Columns | undefined;
}

/** Of a document that the function made, and of one that came from a file. */
interface Columns {
  readonly read: Branch;
  readonly fromFile: Branch;
}

type Documents = Pick<IndexedDocuments, 'contents' | 'parked'>;

/** What Elasticsearch may say of an event, and what is parked for it says. */
const REFUSALS = ['refused by the mapping', 'too large', 'index closed'] as const satisfies readonly ParkReason[];

/**
 * Compares the documents of lines at hand with what Elasticsearch holds now. It keeps no document: neither those made,
 * nor those found.
 */
export class Contents {
  readonly #documents: Documents;
  readonly #table: Table;
  readonly #oldest: (minute: number) => number;
  readonly #tell: (inspected: Inspected) => void;
  /** By kind and shape. */
  readonly #branches = new Map<string, Columns>();

  /** `oldest`: the shape of the oldest documents of a minute. `tell` hears of each line whose document is there. */
  constructor(
    documents: Documents,
    table: Table,
    oldest: (minute: number) => number,
    tell: (inspected: Inspected) => void,
  ) {
    this.#documents = documents;
    this.#table = table;
    this.#oldest = oldest;
    this.#tell = tell;
  }

  /**
   * Looks where they must be; then where an earlier version may have parked them; then for events that are parked in
   * their place, in the month of their line or another.
   */
  async inspect(all: readonly Taken[]): Promise<void> {
    const unknown = await this.#inspectAt(all, (taken) => this.#ownWays(taken));
    const unsent = await this.#inspectAt(unknown, (taken) => this.#formerWays(taken), 'where it is right');
    const unindexed = unsent.filter(({ parcel }) => parcel.kind === 'event');
    const events = await this.#inspectAt(unindexed, (taken) => this.#parkedWays(taken));
    const places = await this.#documents.parked(events.flatMap(({ expected }) => expected.parkedAs.flat()));
    if (places.length === 0) return;
    const indexOf = new Map(places.map(({ id, index }) => [id, index]));
    await this.#inspectAt(events, (taken) => this.#parkedWays(taken).map((way) => movedTo(way, indexOf)));
  }

  /** Those of which no way is there whole, or, where it is to be right, as it must be. */
  async #inspectAt(
    all: readonly Taken[],
    waysOf: (taken: Taken) => readonly Way[],
    counts: 'always' | 'where it is right' = 'always',
  ): Promise<readonly Taken[]> {
    const wanted = all.map((taken) => ({ taken, ways: waysOf(taken) }));
    const found = await this.#found(wanted.flatMap(({ ways }) => ways));
    return wanted.flatMap(({ taken, ways }) => {
      const way = ways.find(({ items }) => items.every((item) => found.has(keyOf(item))));
      if (way === undefined) return [taken];
      const told = way.items.map(({ index, id }) => ({
        place: { index, id },
        altered: found.get(keyOf({ index, id })),
      }));
      const [one] = [...told.filter(({ altered }) => altered !== undefined), ...told];
      if (one?.altered !== undefined && counts === 'where it is right') return [taken];
      if (one !== undefined) this.#tell({ expected: taken.expected, ...one });
      return [];
    });
  }

  /** By place, what is altered of each document that is there. */
  async #found(ways: readonly Way[]): Promise<ReadonlyMap<string, Alteration | undefined>> {
    const made = new Map(ways.flatMap(({ items, columns }) => items.map((item) => [keyOf(item), { item, columns }])));
    const sized = [...made.values()].map(({ item: { index, id, body } }) => ({ index, id, bytes: body.length }));
    const found = new Map<string, Alteration | undefined>();
    for await (const some of this.#documents.contents(sized)) {
      for (const { source, ...place } of some) {
        const key = keyOf(place);
        const expected = made.get(key);
        if (expected !== undefined) found.set(key, alterationOf(expected.item, source, expected.columns));
      }
    }
    return found;
  }

  #ownWays({ expected, parcel }: Taken): readonly Way[] {
    if (parcel.kind === 'parked') return this.#waysOf(parcel, 'parked', expected);
    const isCalico = parcel.items.some(({ profile }) => profile === 'calico');
    return [{ items: parcel.items, columns: isCalico ? undefined : this.#branch('event', expected) }];
  }

  #formerWays({ expected, formerly }: Taken): readonly Way[] {
    return formerly === undefined ? [] : this.#waysOf(formerly, 'parked', expected);
  }

  #parkedWays({ expected, parcel }: Taken): readonly Way[] {
    return parcel.kind === 'parked' ? [] : this.#waysOf(parcel.parkedAs('too large', ''), 'refused', expected);
  }

  /** Whole, and in the smaller parts. */
  #waysOf(parcel: Parcel, kind: 'parked' | 'refused', expected: Expected): readonly Way[] {
    const columns = this.#branch(kind, expected);
    const smaller = parcel.kind === 'parked' ? parcel.smaller?.() : undefined;
    return [parcel, ...(smaller === undefined ? [] : [smaller])].map(({ items }) => ({ items, columns }));
  }

  #branch(kind: 'event' | 'parked' | 'refused', { minute }: Expected): Columns {
    const oldest = this.#oldest(minute);
    const key = `${kind} ${oldest}`;
    const made = this.#branches.get(key) ?? this.#made(kind, oldest);
    this.#branches.set(key, made);
    return made;
  }

  #made(kind: 'event' | 'parked' | 'refused', oldest: number): Columns {
    const columns = kind === 'event' ? this.#table.event : this.#table.parked;
    const others = kind === 'refused' ? { 'parked.reason': REFUSALS } : {};
    // What is parked says in a sentence where its line is.
    const fromFile = { ...FROM_A_FILE, ...(kind === 'event' ? {} : ({ message: 'text' } as const)), ...others };
    return { read: branchOf(columns, oldest, others), fromFile: branchOf(columns, oldest, fromFile) };
  }
}

function alterationOf(
  item: BulkItem,
  source: string | undefined,
  columns: Columns | undefined,
): Alteration | undefined {
  if (columns === undefined) {
    const found = textDifferences(item.body, source);
    return found && { ...found, claimed: undefined };
  }
  const made: JsonObject = JSON.parse(item.body);
  const isFromFile = textIn(source ?? '', 'log', 'file', 'path') !== undefined;
  const found = differences(made, source, isFromFile ? columns.fromFile : columns.read);
  if (found === undefined) return undefined;
  return { ...found, claimed: parseTime(textIn(source ?? '', 'aws', 'cloudwatch', 'timestamp')) };
}

/** Where its parts are, as far as they were found. */
function movedTo({ items, columns }: Way, indexOf: ReadonlyMap<string, string>): Way {
  return { columns, items: items.map((item) => ({ ...item, index: indexOf.get(item.id) ?? item.index })) };
}

function keyOf({ index, id }: Place): string {
  return `${index}/${id}`;
}
