import { rootCertificates } from 'node:tls';
import { Client, type ClientOptions, errors, HttpConnection, Transport } from '@elastic/elasticsearch';
import type { ElasticsearchSettings } from '../contract.ts';
import type { BulkAnswer, BulkItem, BulkItemAnswer } from '../core/bulk/bulk.ts';
import { at, isObject, textAt } from '../core/json.ts';
import type { BulkSink } from '../ports.ts';
import type { Credentials, CredentialsReader } from './secret.ts';

const COMPATIBLE = 'application/vnd.elasticsearch+json;compatible-with=8';

/** Speaks the language of 8.x, which 8.x and 9.x servers take; the client's own would be refused by 8.x. */
class CompatibleTransport extends Transport {
  constructor(options: ConstructorParameters<typeof Transport>[0]) {
    super({
      ...options,
      vendoredHeaders: {
        jsonContentType: COMPATIBLE,
        ndjsonContentType: 'application/vnd.elasticsearch+x-ndjson;compatible-with=8',
        accept: `${COMPATIBLE},text/plain`,
      },
    });
  }
}

/** Where a server is, and whom to trust; what else the settings say is no matter of the edge. */
type Server = Pick<ElasticsearchSettings, 'url' | 'ca'> & Partial<ElasticsearchSettings>;

/** A client for the server of these settings. No retries: who calls decides what a refusal means. */
export function elasticsearchClient(settings: Server, credentials: Credentials | undefined): Client {
  const options: ClientOptions = {
    node: settings.url,
    Transport: CompatibleTransport,
    Connection: HttpConnection,
    compression: true,
    maxRetries: 0,
    requestTimeout: 60_000,
    // An error would carry its connection, whose sockets hold the credentials as they were sent; and to replace them
    // the client clones the request byte by byte: a second and 250 MB for one of 1 MB.
    redaction: { type: 'remove' },
    ...(settings.ca === null ? {} : { tls: { ca: [...rootCertificates, settings.ca] } }),
    ...(settings.proxy === undefined ? {} : { proxy: settings.proxy }),
    ...(credentials === undefined ? {} : { auth: credentials }),
  };
  return new Client(options);
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

export class ElasticsearchBulk implements BulkSink {
  readonly #settings: Server;
  readonly #read: CredentialsReader;
  #current: { readonly client: Client; readonly credentials: Credentials | undefined } | undefined;

  constructor(settings: Server, read: CredentialsReader) {
    this.#settings = settings;
    this.#read = read;
  }

  async bulk(items: readonly BulkItem[], signal: AbortSignal): Promise<BulkAnswer> {
    const { client } = await this.#signedIn();
    const operations = items.flatMap(({ index, id, body }) => [{ create: { _index: index, _id: id } }, body]);
    try {
      const answer = await client.bulk({ operations, filter_path: ANSWERED_FIELDS }, { signal });
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

  async #signedIn() {
    if (this.#current === undefined) {
      const credentials = await this.#read();
      this.#current = { client: elasticsearchClient(this.#settings, credentials), credentials };
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
  const [cause] = [error.cause, error].filter((each): each is Error => each instanceof Error && each.message !== '');
  return cause?.message ?? error.name;
}
