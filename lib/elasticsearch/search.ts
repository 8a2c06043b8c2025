import type { Client } from '@elastic/elasticsearch';
import { textAt } from '../../lambda/core/json.ts';
import type { Clock } from '../../lambda/ports.ts';
import { Failed } from '../problems/usage.ts';
import { ask, askPatiently, bodyOf, type Request, refusalText } from './ask.ts';
import { TIMEOUT, WHOLE } from './count.ts';

/** Searches the audit indices, and changes nothing. Each throws `Failed` with a sentence where it gets no whole answer. */
export interface AuditSearch {
  /** The body of the answer to one `_search`. A body that names a point in time is asked for what was there then. */
  search(body: object): Promise<unknown>;
  /** Opens a point in time, and gives its id. It ends by itself some minutes after it was last used. */
  open(): Promise<string>;
  /** Best effort: one that could not be closed runs out by itself. */
  close(pit: string): Promise<void>;
}

/** Of a point in time, from one use to the next. */
export const KEEP_ALIVE = '5m';

export interface SearchOptions {
  readonly client: Client;
  /** Shown in messages. */
  readonly url: string;
  /** The indices that are asked, as Elasticsearch takes them in a path. */
  readonly indices: string;
  readonly clock: Clock;
}

export class ElasticsearchSearch implements AuditSearch {
  readonly #options: SearchOptions;

  constructor(options: SearchOptions) {
    this.#options = options;
  }

  async search(body: object): Promise<unknown> {
    const path =
      'pit' in body ? '/_search?allow_partial_search_results=false' : `/${this.#options.indices}/_search?${WHOLE}`;
    return await this.#ask({ method: 'POST', path, body, timeout: TIMEOUT });
  }

  async open(): Promise<string> {
    const path = `/${this.#options.indices}/_pit?keep_alive=${KEEP_ALIVE}&ignore_unavailable=true`;
    return textAt(await this.#ask({ method: 'POST', path }), 'id') ?? '';
  }

  async close(pit: string): Promise<void> {
    await ask(this.#options.client, { method: 'DELETE', path: '/_pit', body: { id: pit } });
  }

  async #ask(request: Request): Promise<unknown> {
    const { client, clock, url } = this.#options;
    const answer = await askPatiently(client, request, { clock });
    const body = bodyOf(answer);
    if (body === undefined) throw new Failed(refusalText(url, answer, 'search the audit indices', 'read'));
    return body;
  }
}
