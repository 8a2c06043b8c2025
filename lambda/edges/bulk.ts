import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Diagnostic, errors, HttpConnection, Serializer, WeightedConnectionPool } from '@elastic/elasticsearch';
import type { BulkAnswer, BulkItem, BulkItemAnswer } from '../core/bulk/bulk.ts';
import { at, isObject, textAt } from '../core/json.ts';
import type { BulkSink } from '../ports.ts';
import { CompatibleTransport, connectionOptions, type Server, TRANSPORT_OPTIONS } from './elasticsearch-options.ts';
import type { Credentials, CredentialsReader } from './secret.ts';

/** The client's own way to the server without the client: of its API, half a megabyte, the function calls `_bulk` alone. */
function transportTo(settings: Server, credentials: Credentials | undefined): CompatibleTransport {
  const diagnostic = new Diagnostic();
  const options = connectionOptions(settings, credentials);
  const connectionPool = new WeightedConnectionPool({ Connection: HttpConnection, diagnostic, ...options });
  connectionPool.addConnection({ url: new URL(settings.url), ...options });
  return new CompatibleTransport({
    ...TRANSPORT_OPTIONS,
    diagnostic,
    connectionPool,
    serializer: new Serializer(),
    productCheck: 'Elasticsearch',
  });
}

const ANSWERED_FIELDS = [
  'took',
  'items.*.status',
  'items.*._index',
  'items.*.error.type',
  'items.*.error.reason',
  'items.*.error.caused_by.reason',
  'error',
  'status',
];

interface Answered {
  readonly took: number;
  readonly items: readonly object[];
}

const zipped = promisify(gzip);
/**
 * Of gzip. From 4 on it takes nearly twice the time, all that the function itself needs for a document; 3 makes the
 * samples' documents 8.8 times smaller, 1 makes them 7.7 times smaller in hardly less time, 6 makes them 11.6 times.
 */
const LEVEL = 3;
/** Bytes that come out at once: most requests take few of them. */
const CHUNK = 256 * 1024;

/** Of UTF-8, for each unit of a string at the most. */
const MOST_BYTES = 3;

/** Where requests are written, each text to its place once: joined, they would be copied whole before they are bytes. */
class Paper {
  #bytes = Buffer.allocUnsafe(0);

  /** The request's bytes. They are the paper's own, and overwritten by the next ones. */
  write(items: readonly BulkItem[]): Buffer {
    let at = 0;
    for (const { index, id, body } of items) {
      const action = `{"create":{"_index":${JSON.stringify(index)},"_id":${JSON.stringify(id)}}}\n`;
      this.#makeRoom(at, action.length + body.length + 1);
      at += this.#bytes.write(action, at);
      at += this.#bytes.write(body, at);
      at += this.#bytes.write('\n', at);
    }
    return this.#bytes.subarray(0, at);
  }

  #makeRoom(taken: number, units: number): void {
    const needed = taken + MOST_BYTES * units;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, taken);
    this.#bytes = larger;
  }
}

export class ElasticsearchBulk implements BulkSink {
  readonly #settings: Server;
  readonly #read: CredentialsReader;
  /** Of the request before; undefined: it is in use. */
  #paper: Paper | undefined;
  #current: { readonly transport: CompatibleTransport; readonly credentials: Credentials | undefined } | undefined;

  constructor(settings: Server, read: CredentialsReader) {
    this.#settings = settings;
    this.#read = read;
  }

  async bulk(items: readonly BulkItem[], signal: AbortSignal): Promise<BulkAnswer> {
    const { transport } = await this.#signedIn();
    const bulkBody = await this.#zipped(items);
    try {
      const answer = await transport.request<Answered>(
        { method: 'POST', path: '/_bulk', querystring: { filter_path: ANSWERED_FIELDS }, bulkBody },
        { signal, compression: false, headers: { 'content-encoding': 'gzip' } },
      );
      return { kind: 'items', took: answer.took, items: answer.items.map(itemAnswer) };
    } catch (error) {
      return refusalOf(error);
    }
  }

  async renew(): Promise<boolean> {
    const before = this.#current?.credentials;
    this.#current = undefined;
    const { credentials } = await this.#signedIn();
    return JSON.stringify(credentials) !== JSON.stringify(before);
  }

  /** Two requests at a time have a paper each. */
  async #zipped(items: readonly BulkItem[]): Promise<Buffer> {
    const paper = this.#paper ?? new Paper();
    this.#paper = undefined;
    const bytes = await zipped(paper.write(items), { level: LEVEL, chunkSize: CHUNK });
    this.#paper = paper;
    return bytes;
  }

  async #signedIn() {
    if (this.#current === undefined) {
      const credentials = await this.#read();
      this.#current = { transport: transportTo(this.#settings, credentials), credentials };
    }
    return this.#current;
  }
}

function itemAnswer(item: object): BulkItemAnswer {
  const [answer] = Object.values(item);
  const type = textAt(answer, 'error', 'type');
  const reasons = [textAt(answer, 'error', 'reason'), textAt(answer, 'error', 'caused_by', 'reason')];
  const reason = reasons.filter((each) => each !== undefined).join(': ');
  return {
    status: Number(at(answer, 'status')),
    index: textAt(answer, '_index') ?? '',
    ...(type === undefined ? {} : { type }),
    ...(reason === '' ? {} : { reason }),
  };
}

/** Errors of the client as answers; their messages alone, since their `meta` holds the request with its headers. */
function refusalOf(error: unknown): BulkAnswer {
  if (error instanceof errors.ResponseError) {
    const { body, statusCode = 0 } = error;
    const type = textAt(body, 'error', 'type');
    const reason = textAt(body, 'error', 'reason') ?? (isObject(body) ? textAt(body, 'error') : undefined);
    return {
      kind: 'refused',
      status: statusCode,
      ...(type === undefined ? {} : { type }),
      ...(reason === undefined ? {} : { reason }),
    };
  }
  if (error instanceof errors.ProductNotSupportedError) {
    return {
      kind: 'refused',
      status: 0,
      type: 'not Elasticsearch',
      reason: 'the server does not say that it is Elasticsearch',
    };
  }
  if (error instanceof errors.ElasticsearchClientError) return { kind: 'unreachable', why: why(error) };
  throw error;
}

function why(error: Error): string {
  // The client's own words blame the user.
  if (error instanceof errors.RequestAbortedError) return 'no answer in time';
  const [cause] = [error.cause, error].filter((each): each is Error => each instanceof Error && each.message !== '');
  return cause?.message ?? error.name;
}
