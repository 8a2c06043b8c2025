import { PARKED_INDEX } from '../../../lambda/contract.ts';
import type { BulkItem } from '../../../lambda/core/bulk/bulk.ts';
import { wholeId } from '../../../lambda/core/document/parked.ts';
import { parseJson, textAt } from '../../../lambda/core/json.ts';
import {
  documentOf,
  type ParkedDocument,
  type ParkedDocuments,
  type Selection,
} from '../../../lib/elasticsearch/parked.ts';
import type { MemorySink } from './sink.ts';

const BEGINNING = PARKED_INDEX.slice(0, PARKED_INDEX.indexOf('{'));

/** Looks for parked lines in the sink in memory, a document a page, as a search in Elasticsearch does. */
export class MemoryParked implements ParkedDocuments {
  readonly #sink: MemorySink;
  readonly #cluster: string;

  constructor(sink: MemorySink, cluster = 'prod') {
    this.#sink = sink;
    this.#cluster = cluster;
  }

  async *search({ range, reason, ids, marksAlone }: Selection): AsyncIterable<readonly ParkedDocument[]> {
    const all = [...this.#sink.documents.values()].filter(({ index }) => index.startsWith(BEGINNING)).map(hitOf);
    const found = all
      .map(documentOf)
      .filter(
        (each) =>
          (each.cluster === this.#cluster || each.cluster === '') &&
          (range === undefined || (each.time >= range.startTime && each.time <= range.endTime)) &&
          (reason === undefined || each.reason === reason || each.reason === '') &&
          (ids === undefined || ids.includes(wholeId(each.id))) &&
          (marksAlone !== true || each.reason === ''),
      );
    const key = ({ time, id }: ParkedDocument) => `${String(time).padStart(20)} ${wholeId(id)}`;
    for (const each of found.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))) yield [each];
  }
}

function hitOf({ index, id, body }: BulkItem) {
  const _source = parseJson(body);
  if (textAt(_source, 'event', 'id') === undefined) throw new Error(`Expected ${id} to say its line.`);
  return { _index: index, _id: id, _source };
}
