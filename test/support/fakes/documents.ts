import type { BulkItem } from '../../../lambda/core/bulk/bulk.ts';
import { textAt } from '../../../lambda/core/json.ts';
import type { TimeRange } from '../../../lambda/ports.ts';
import type { IndexedDocuments, Place, Snapshot } from '../../../lib/elasticsearch/documents.ts';
import type { MemorySink } from './sink.ts';

const PARKED = 'audit_parked';

/** Looks into the sink in memory as a search into Elasticsearch does: a snapshot sees what was there when it was made. */
export class MemoryDocuments implements IndexedDocuments {
  readonly #sink: MemorySink;
  readonly #cluster: string;
  /** Called when a snapshot was made: what happens then is in no snapshot. */
  meanwhile: () => void = () => {};

  constructor(sink: MemorySink, cluster = 'prod') {
    this.#sink = sink;
    this.#cluster = cluster;
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
      const name = ofCluster(document) ?? this.#cluster;
      if (time >= startTime && time <= endTime && name === this.#cluster && this.#isOwn(index)) yield [{ index, id }];
    }
  }

  #isOwn(index: string): boolean {
    const [, after] = index.split(`-${this.#cluster}-`);
    return after !== undefined && /^[\d.]+$/.test(after);
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
