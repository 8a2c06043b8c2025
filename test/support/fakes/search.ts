import type { JsonObject } from '../../../lambda/core/json.ts';
import { at } from '../../../lambda/core/json.ts';
import type { AuditSearch } from '../../../lib/elasticsearch/search.ts';

/** A document as the forwarder makes it of an event, or of a line that was cut. */
export interface Stored {
  readonly source: JsonObject;
  readonly id: string;
}

/** Answers with all documents, newest first, whatever is asked, and with lines by their ids; remembers what was asked. */
export class ListedSearch implements AuditSearch {
  readonly asked: object[] = [];
  protected readonly documents: readonly Stored[];

  constructor(documents: readonly Stored[]) {
    this.documents = documents;
  }

  async search(body: object): Promise<unknown> {
    this.asked.push(body);
    const ids = at(body, 'query', 'terms', 'event.id');
    const found = Array.isArray(ids) ? this.documents.filter(({ id }) => ids.includes(id)) : this.documents;
    const size = Number(at(body, 'size') ?? 10);
    const hits = found
      .toSorted((a, b) => timeOf(b) - timeOf(a))
      .slice(0, size)
      .map((each) => ({ _id: each.id, _index: 'audit', _source: each.source, sort: [timeOf(each), 'exact', each.id] }));
    return { hits: { hits } };
  }

  async open(): Promise<string> {
    return 'pit';
  }

  async close(): Promise<void> {}
}

function timeOf({ source }: Stored): number {
  return Date.parse(String(source['@timestamp']));
}
