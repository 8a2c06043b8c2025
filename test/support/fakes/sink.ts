import type { BulkAnswer, BulkItem, BulkItemAnswer } from '../../../lambda/core/bulk/bulk.ts';
import type { BulkSink } from '../../../lambda/ports.ts';

/** Elasticsearch in memory: `create` meets what is there with 409. */
export class MemorySink implements BulkSink {
  readonly documents = new Map<string, BulkItem>();
  readonly requests: (readonly BulkItem[])[] = [];
  renewals = 0;

  async bulk(items: readonly BulkItem[]): Promise<BulkAnswer> {
    this.requests.push(items);
    return this.answer(items);
  }

  protected answer(items: readonly BulkItem[]): BulkAnswer {
    return { kind: 'items', took: 1, items: items.map((item) => this.create(item)) };
  }

  protected create(item: BulkItem): BulkItemAnswer {
    if (!isJson(item.body)) return { status: 400, index: item.index, type: 'document_parsing_exception' };
    const key = `${item.index}/${item.id}`;
    if (this.documents.has(key)) return { status: 409, index: item.index, type: 'version_conflict_engine_exception' };
    this.documents.set(key, item);
    return { status: 201, index: item.index };
  }

  async renew(): Promise<boolean> {
    this.renewals += 1;
    return false;
  }

  /** How often a document was sent. */
  tries(id: string): number {
    return this.requests.flat().filter((item) => item.id === id).length;
  }

  /** Ids in the audit indices, and in the parked ones. */
  ids(kind: 'audit_logs' | 'audit_parked'): string[] {
    return [...this.documents.values()].filter(({ index }) => index.includes(kind)).map(({ id }) => id);
  }
}

/** Answers requests by a script before it behaves: one entry a request. */
export class FlakySink extends MemorySink {
  readonly #script: ((items: readonly BulkItem[]) => BulkAnswer | undefined)[];
  constructor(...script: ((items: readonly BulkItem[]) => BulkAnswer | undefined)[]) {
    super();
    this.#script = script;
  }
  protected override answer(items: readonly BulkItem[]): BulkAnswer {
    return this.#script.shift()?.(items) ?? super.answer(items);
  }
}

/** Refuses items by what they are, always. */
export class PickySink extends MemorySink {
  readonly #refuse: (item: BulkItem) => Omit<BulkItemAnswer, 'index'> | undefined;
  constructor(refuse: (item: BulkItem) => Omit<BulkItemAnswer, 'index'> | undefined) {
    super();
    this.#refuse = refuse;
  }
  protected override create(item: BulkItem): BulkItemAnswer {
    const refusal = this.#refuse(item);
    return refusal === undefined ? super.create(item) : { index: item.index, ...refusal };
  }
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}
