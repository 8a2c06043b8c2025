import type { Parcel } from '../../../lambda/core/document/judge.ts';
import type { Settle } from '../../../lambda/sender.ts';
import type { IndexedDocuments, Place } from '../../../lib/elasticsearch/documents.ts';

/** A document that should be there and is not, and the line that makes it. */
export interface Missing extends Place {
  readonly path: string;
  readonly offset: number;
}

/** How many missing ones are named. */
const NAMED = 100;

/**
 * In a sender's place: sends nothing, and asks Elasticsearch for each document that should be there. A line whose
 * document is missing is not settled, so that it has no outcome.
 */
export class PresentSender {
  readonly #documents: Pick<IndexedDocuments, 'present' | 'parked'>;
  /** The first of them. */
  readonly missing: Missing[] = [];
  /** Documents asked for. */
  asked = 0;

  constructor(documents: Pick<IndexedDocuments, 'present' | 'parked'>) {
    this.#documents = documents;
  }

  async send(parcels: readonly Parcel[], settle: Settle): Promise<void> {
    const places = parcels.flatMap(({ items }) => items.map(({ index, id }) => ({ index, id })));
    this.asked += places.length;
    const there = await this.#keysOf(places);
    const absent = new Set(parcels.filter(({ items }) => items.some((item) => !there.has(keyOf(item)))));
    const parked = await this.#parkedAmong(absent, there);
    for (const parcel of parcels) {
      if (!absent.has(parcel)) settle(parcel, settledAs(parcel));
      else if (parked.has(parcel)) settle(parcel, { kind: 'parked', why: parked.get(parcel) ?? 'too large' });
      else this.#miss(parcel, there);
    }
  }

  /** Of those whose documents are not there, those that are parked in their place, or in smaller parts. */
  async #parkedAmong(absent: Iterable<Parcel>, there: ReadonlySet<string>) {
    const ways = [...absent].map((parcel) => {
      const missing = parcel.kind === 'event' ? parcel.items.filter((item) => !there.has(keyOf(item))) : [];
      const wholes = parcel.kind === 'event' ? missing.map((item) => parcel.parkedAs('too large', '', item)) : [parcel];
      return {
        parcel,
        wholes: wholes.map((whole) => [whole, whole.smaller?.()].flatMap((each) => (each ? [each] : []))),
      };
    });
    const all = ways.flatMap(({ wholes }) => wholes.flat().flatMap(({ items }) => items));
    const keys = await this.#keysOf(all);
    const isThere = ({ items }: Pick<Parcel, 'items'>) => items.every((item) => keys.has(keyOf(item)));
    const found = ways.filter(({ wholes }) => wholes.every((each) => each.some(isThere)));
    return new Map(found.map(({ parcel, wholes }) => [parcel, wholes[0]?.[0]?.reason]));
  }

  async #keysOf(places: readonly Place[]): Promise<ReadonlySet<string>> {
    const present = await this.#documents.present(places.map(({ index, id }) => ({ index, id })));
    return new Set(present.map(keyOf));
  }

  #miss({ items, line }: Parcel, there: ReadonlySet<string>): void {
    const { origin } = line;
    if (origin.kind !== 'file') return;
    for (const { index, id } of items.filter((item) => !there.has(keyOf(item)))) {
      if (this.missing.length < NAMED) this.missing.push({ index, id, path: origin.path, offset: origin.offset });
    }
  }
}

function settledAs(parcel: Parcel): Parameters<Settle>[1] {
  return parcel.kind === 'parked' ? { kind: 'parked', why: parcel.reason } : { kind: 'already indexed' };
}

function keyOf({ index, id }: Place): string {
  return `${index}/${id}`;
}
