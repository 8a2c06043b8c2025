import { namingOf, PARKED_INDEX } from '../../../lambda/contract.ts';
import type { BulkItem } from '../../../lambda/core/bulk/bulk.ts';
import { textAt } from '../../../lambda/core/json.ts';
import type { TimeRange } from '../../../lambda/ports.ts';
import type { IndexedDocuments, Names, Place, Snapshot } from '../../../lib/elasticsearch/documents.ts';
import { settings } from '../builders.ts';
import type { MemorySink } from './sink.ts';

const PARKED = 'audit_parked';

/** Looks into the sink in memory as a search into Elasticsearch does: a snapshot sees what was there when it was made. */
export class MemoryDocuments implements IndexedDocuments {
  readonly #sink: MemorySink;
  readonly #names: readonly Names[];
  /** Called when a snapshot was made: what happens then is in no snapshot. */
  meanwhile: () => void = () => {};

  constructor(sink: MemorySink, names: readonly Names[] = [namingOf(settings())]) {
    this.#sink = sink;
    this.#names = names;
  }

  async snapshot(): Promise<Snapshot> {
    const documents = [...this.#sink.documents.values()];
    this.meanwhile();
    return { within: (range) => this.#within(documents, range), close: async () => {} };
  }

  async *#within(documents: readonly BulkItem[], { startTime, endTime }: TimeRange): AsyncIterable<readonly Place[]> {
    for (const document of documents) {
      const { index, id } = document;
      const time = Date.parse(said(document).time);
      const name = ofCluster(document);
      const isOwn = this.#isOwn(index) && (name === undefined || this.#names.some(({ cluster }) => cluster === name));
      if (time >= startTime && time <= endTime && isOwn) yield [{ index, id }];
    }
  }

  #isOwn(index: string): boolean {
    return this.#names.some(({ index: pattern, indexName }) =>
      [pattern, PARKED_INDEX].some((each) => {
        const before = each.slice(0, each.lastIndexOf('{')).replace('{cluster}', indexName);
        return index.startsWith(before) && /^[\d.]+$/.test(index.slice(before.length));
      }),
    );
  }

  async present(places: readonly Place[]): Promise<readonly Place[]> {
    return places.filter(({ index, id }) => this.#sink.documents.has(`${index}/${id}`));
  }

  async parked(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const all = [...this.#sink.documents.values()].filter(({ index }) => index.includes(PARKED) && this.#isOwn(index));
    const parked = new Set(all.map(({ id }) => id));
    return new Set(ids.filter((id) => parked.has(id)));
  }

  async describe(places: readonly Place[]) {
    return places.map(({ index, id }) => {
      const found = this.#sink.documents.get(`${index}/${id}`);
      return { index, id, ...said(found) };
    });
  }
}

function said(item: BulkItem | undefined) {
  const document: unknown = JSON.parse(item?.body ?? '{}');
  const say = (key: string) => textAt(document, 'aws', 'cloudwatch', key) ?? '';
  return { time: say('timestamp'), stream: say('log_stream'), eventId: say('event_id') };
}

function ofCluster({ body }: BulkItem): string | undefined {
  const document: unknown = JSON.parse(body);
  return textAt(document, 'orchestrator', 'cluster', 'name');
}
