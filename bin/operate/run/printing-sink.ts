import type { BulkAnswer, BulkItem, BulkItemAnswer } from '../../../lambda/core/bulk/bulk.ts';
import type { BulkSink } from '../../../lambda/ports.ts';

/** A document's id is remembered until so many others came: minutes are read again, and are not printed again. */
const REMEMBERED = 500_000;

/** Prints documents in Elasticsearch's place, each as a search would show it, and confirms them all. */
export class PrintingSink implements BulkSink {
  readonly #print: (lines: string) => Promise<void>;
  readonly #printed = new Set<string>();

  /** `print` gets whole lines, and is done when more may come. */
  constructor(print: (lines: string) => Promise<void>) {
    this.#print = print;
  }

  async bulk(items: readonly BulkItem[]): Promise<BulkAnswer> {
    const lines: string[] = [];
    const answers = items.map((item): BulkItemAnswer => {
      const key = `${item.index}/${item.id}`;
      if (this.#printed.has(key)) return { status: 409, index: item.index };
      this.#remember(key);
      lines.push(lineOf(item));
      return { status: 201, index: item.index };
    });
    if (lines.length > 0) await this.#print(lines.join(''));
    return { kind: 'items', took: 0, items: answers };
  }

  async renew(): Promise<boolean> {
    return false;
  }

  #remember(key: string): void {
    this.#printed.add(key);
    const [oldest] = this.#printed;
    if (this.#printed.size > REMEMBERED && oldest !== undefined) this.#printed.delete(oldest);
  }
}

/** The document's text goes as it would be sent. */
function lineOf({ index, id, body }: BulkItem): string {
  return `{"_index":${JSON.stringify(index)},"_id":${JSON.stringify(id)},"_source":${body}}\n`;
}
