import type { IndexedDocuments, Place, Snapshot } from '../../bin/operate/account/documents.ts';
import type { BulkItem } from '../../lambda/core/bulk.ts';
import { textAt } from '../../lambda/core/json.ts';
import type { TimeRange } from '../../lambda/ports.ts';
import type { MemorySink } from './sink.ts';

/** Looks into the sink in memory as a search into Elasticsearch does: a snapshot sees what was there when it was made. */
export class MemoryDocuments implements IndexedDocuments {
  readonly #sink: MemorySink;
  /** Called when a snapshot was made: what happens then is in no snapshot. */
  meanwhile: () => void = () => {};

  constructor(sink: MemorySink) {
    this.#sink = sink;
  }

  async snapshot(): Promise<Snapshot> {
    const documents = [...this.#sink.documents.values()];
    this.meanwhile();
    return { within: (range) => this.#within(documents, range), close: async () => {} };
  }

  async *#within(documents: readonly BulkItem[], { startTime, endTime }: TimeRange): AsyncIterable<readonly Place[]> {
    for (const document of documents) {
      const time = Date.parse(said(document).time);
      if (time >= startTime && time <= endTime) yield [{ index: document.index, id: document.id }];
    }
  }

  async present(places: readonly Place[]): Promise<readonly Place[]> {
    return places.filter(({ index, id }) => this.#sink.documents.has(`${index}/${id}`));
  }

  async parked(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const parked = new Set(this.#sink.ids('audit_parked'));
    return new Set(ids.filter((id) => parked.has(id)));
  }

  async describe(places: readonly Place[]) {
    return places.flatMap(({ index, id }) => {
      const found = this.#sink.documents.get(`${index}/${id}`);
      return found === undefined ? [] : [{ index, id, ...said(found) }];
    });
  }
}

function said({ body }: BulkItem) {
  const document: unknown = JSON.parse(body);
  const say = (key: string) => textAt(document, 'aws', 'cloudwatch', key) ?? '';
  return { time: say('timestamp'), stream: say('log_stream'), eventId: say('event_id') };
}
