import { CALICO_INDEX, namingOf, PARKED_INDEX } from '../../../lambda/contract.ts';
import type { BulkItem } from '../../../lambda/core/bulk/bulk.ts';
import { parseJson, textAt } from '../../../lambda/core/json.ts';
import type { TimeRange } from '../../../lambda/ports.ts';
import type { Content, IndexedDocuments, Names, Place, Sized, Snapshot } from '../../../lib/elasticsearch/documents.ts';
import { settings } from '../builders.ts';
import type { MemorySink } from './sink.ts';

const PARKED = 'audit_parked';
/** The real one takes documents that are this much larger than they should be, or more. */
const MUCH_LARGER = 4;
const SMALL = 4096;

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
      const time = Date.parse(said(document).time || ownTime(document));
      const name = ofCluster(document);
      const isOwn = this.#isOwn(index) && (name === undefined || this.#names.some(({ cluster }) => cluster === name));
      if (time >= startTime && time <= endTime && isOwn) yield [{ index, id }];
    }
  }

  #isOwn(index: string): boolean {
    return this.#names.some(({ index: pattern, indexName, profiles }) =>
      [...profiles.map((profile) => (profile === 'calico' ? CALICO_INDEX : pattern)), PARKED_INDEX].some((each) => {
        const before = each.slice(0, each.lastIndexOf('{')).replace('{cluster}', indexName);
        return index.startsWith(before) && /^[\d.]+$/.test(index.slice(before.length));
      }),
    );
  }

  async present(places: readonly Place[]): Promise<readonly Place[]> {
    return places.filter(({ index, id }) => this.#sink.documents.has(`${index}/${id}`));
  }

  async parked(ids: readonly string[]): Promise<readonly Place[]> {
    const all = [...this.#sink.documents.values()].filter(({ index }) => index.includes(PARKED) && this.#isOwn(index));
    return all.filter(({ id }) => ids.includes(id)).map(({ index, id }) => ({ index, id }));
  }

  async *contents(places: readonly Sized[]): AsyncIterable<readonly Content[]> {
    for (const { index, id, bytes } of places) {
      const body = this.#sink.documents.get(`${index}/${id}`)?.body;
      if (body === undefined) continue;
      yield [{ index, id, source: body.length > MUCH_LARGER * (bytes + SMALL) || !isJson(body) ? undefined : body }];
    }
  }

  async describe(places: readonly Place[]) {
    return places.map(({ index, id }) => {
      const found = this.#sink.documents.get(`${index}/${id}`);
      return { index, id, ...said(found) };
    });
  }
}

function said(item: BulkItem | undefined) {
  const document = parseJson(item?.body ?? '{}');
  const say = (key: string) => (textAt(document, 'aws', 'cloudwatch', key) ?? '').slice(0, 512);
  return { time: say('timestamp'), stream: say('log_stream'), eventId: say('event_id') };
}

function ownTime({ body }: BulkItem): string {
  return textAt(parseJson(body), '@timestamp') ?? '';
}

function ofCluster({ body }: BulkItem): string | undefined {
  return textAt(parseJson(body), 'orchestrator', 'cluster', 'name');
}

function isJson(text: string): boolean {
  return parseJson(text) !== undefined;
}
