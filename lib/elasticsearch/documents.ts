import type { Client } from '@elastic/elasticsearch';
import type { Naming } from '../../lambda/contract.ts';
import { type IndexPattern, PARKED, patternsOf } from '../../lambda/core/index-pattern.ts';
import { at, textAt } from '../../lambda/core/json.ts';
import { Stopped } from '../../lambda/core/stopped.ts';
import { isoTime } from '../../lambda/core/time.ts';
import type { Clock, TimeRange } from '../../lambda/ports.ts';
import { ask, askPatiently, bodyOf, type Request, refusalText } from './ask.ts';

/** An event as it can be found in CloudWatch Logs. */
export interface Named {
  /** The document's. */
  readonly id: string;
  /** ISO: the time CloudWatch files the line under. */
  readonly time: string;
  readonly stream: string;
  readonly eventId: string;
}

export interface Place {
  readonly index: string;
  readonly id: string;
}

/** What Elasticsearch held at one moment. */
export interface Snapshot {
  /** The documents filed under these times, page by page. */
  within(range: TimeRange): AsyncIterable<readonly Place[]>;
  close(): Promise<void>;
}

/** A cluster's documents in Elasticsearch, audit events and parked lines. Throws `Stopped` when it can't be asked. */
export interface IndexedDocuments {
  snapshot(): Promise<Snapshot>;
  /** Of these places, those that hold a document now. */
  present(places: readonly Place[]): Promise<readonly Place[]>;
  /** Of these ids, those that are parked, whatever the month. */
  parked(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** What the documents say of their lines; empty texts where they say nothing. */
  describe(places: readonly Place[]): Promise<readonly (Named & Place)[]>;
}

/** What a cluster and its indices are called, or were called: a minute keeps the names that it was judged by. */
export type Names = Pick<Naming, 'cluster' | 'indexName' | 'index'>;

export interface Sizes {
  /** Documents of one answer of a snapshot. Default 5000. */
  readonly page?: number;
  /** Documents asked for at once by their ids. Default 1000. */
  readonly batch?: number;
}

const PAGE = 5000;
const BATCH = 1000;
/** An id is in the indices of two months at most: those of the same event in two lines. */
const HITS_PER_ID = 5;
/** While one minute is read from CloudWatch, be it a large one. */
const KEEP_ALIVE = '30m';
const ATTEMPTS = 6;

/** The indices of one pattern under one name. */
interface Indices {
  readonly pattern: IndexPattern;
  readonly indexName: string;
}

export class ElasticsearchDocuments implements IndexedDocuments {
  readonly #client: Client;
  readonly #url: string;
  readonly #clusters: readonly string[];
  readonly #indices: readonly Indices[];
  readonly #clock: Clock;
  readonly #page: number;
  readonly #batch: number;

  /** `names`: all by which the documents may go, today's and those before. */
  constructor(
    client: Client,
    url: string,
    names: readonly Names[],
    clock: Clock,
    { page = PAGE, batch = BATCH }: Sizes = {},
  ) {
    this.#client = client;
    this.#url = url;
    this.#clusters = unique(names.map(({ cluster }) => cluster));
    this.#indices = names.flatMap(({ index, indexName }) =>
      patternsOf(index).map((pattern) => ({ pattern, indexName })),
    );
    this.#clock = clock;
    this.#page = page;
    this.#batch = batch;
  }

  async snapshot(): Promise<Snapshot> {
    const path = `/${allOf(this.#indices)}/_pit?keep_alive=${KEEP_ALIVE}&ignore_unavailable=true`;
    const id = textAt(await this.#ask({ method: 'POST', path }), 'id') ?? '';
    return {
      within: (range) => this.#within(id, range),
      close: async () => {
        // Best effort: one that could not be closed runs out by itself.
        await ask(this.#client, { method: 'DELETE', path: '/_pit', body: { id } });
      },
    };
  }

  async *#within(pit: string, { startTime, endTime }: TimeRange): AsyncIterable<readonly Place[]> {
    const query = this.#filedBetween(startTime, endTime);
    const path =
      '/_search?allow_partial_search_results=false&filter_path=pit_id,hits.hits._id,hits.hits._index,hits.hits.sort';
    let id = pit;
    let after: unknown;
    for (;;) {
      const body = {
        size: this.#page,
        pit: { id, keep_alive: KEEP_ALIVE },
        query,
        sort: [{ _shard_doc: 'asc' }],
        _source: false,
        track_total_hits: false,
        ...(after === undefined ? {} : { search_after: after }),
      };
      const answer = await this.#ask({ method: 'POST', path, body });
      const hits = listAt(answer, 'hits', 'hits');
      id = textAt(answer, 'pit_id') ?? id;
      after = at(hits.at(-1), 'sort');
      yield hits.map(placeOf).filter((place) => this.#isOwn(place));
      if (hits.length < this.#page) return;
    }
  }

  /** Of this cluster, or of none: another cluster's name may begin with this one's, and so may its indices'. */
  #filedBetween(from: number, to: number): object {
    const time = { gte: isoTime(from), lte: isoTime(to) };
    const name = 'orchestrator.cluster.name';
    const anothers = {
      bool: { filter: { exists: { field: name } }, must_not: { terms: { [name]: this.#clusters } } },
    };
    return { bool: { filter: { range: { 'aws.cloudwatch.timestamp': time } }, must_not: anothers } };
  }

  async present(places: readonly Place[]): Promise<readonly Place[]> {
    const docs = await this.#get(places, '_source=false');
    return docs.filter((doc) => at(doc, 'found') === true).map(placeOf);
  }

  async describe(places: readonly Place[]): Promise<readonly (Named & Place)[]> {
    const docs = await this.#get(places, '_source_includes=aws.cloudwatch');
    return docs.map((doc) => {
      const say = (key: string) => textAt(doc, '_source', 'aws', 'cloudwatch', key) ?? '';
      return { ...placeOf(doc), time: say('timestamp'), stream: say('log_stream'), eventId: say('event_id') };
    });
  }

  async parked(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const names = allOf(this.#indices.filter(({ pattern }) => pattern === PARKED));
    const fields = 'hits.hits._id,hits.hits._index';
    const path = `/${names}/_search?ignore_unavailable=true&allow_partial_search_results=false&filter_path=${fields}`;
    const found = new Set<string>();
    for (const values of inBatches(ids, this.#batch)) {
      const body = { size: HITS_PER_ID * values.length, _source: false, query: { ids: { values } } };
      const answer = await this.#ask({ method: 'POST', path, body });
      for (const place of listAt(answer, 'hits', 'hits').map(placeOf)) if (this.#isOwn(place)) found.add(place.id);
    }
    return found;
  }

  #isOwn({ index }: Place): boolean {
    return this.#indices.some(({ pattern, indexName }) => pattern.holds(indexName, index));
  }

  /** By id, not by search: also what no refresh has made searchable yet. */
  async #get(places: readonly Place[], what: string): Promise<readonly unknown[]> {
    const found: unknown[] = [];
    for (const batch of inBatches(places, this.#batch)) {
      const body = { docs: batch.map(({ index, id }) => ({ _index: index, _id: id })) };
      const docs = listAt(await this.#ask({ method: 'POST', path: `/_mget?${what}`, body }), 'docs');
      for (const doc of docs) refuseUnknown(doc);
      found.push(...docs);
    }
    return found;
  }

  /** The body of the answer; waits out what passes. */
  async #ask(request: Request): Promise<unknown> {
    const answer = await askPatiently(this.#client, request, { clock: this.#clock, attempts: ATTEMPTS });
    const body = bodyOf(answer);
    if (body !== undefined) return body;
    throw new Stopped(refusalText(this.#url, answer, 'read the audit and parked indices', 'read'));
  }
}

/** A document in an index that can't be looked into is not one that is missing. */
function refuseUnknown(doc: unknown): void {
  const type = textAt(doc, 'error', 'type');
  if (type === undefined || type === 'index_not_found_exception') return;
  throw new Stopped(
    `Elasticsearch can't look into ${textAt(doc, '_index')}: ${textAt(doc, 'error', 'reason') ?? type}. Mend that first, ` +
      'or choose a range without it.',
  );
}

/** As Elasticsearch takes them in a path. */
function allOf(indices: readonly Indices[]): string {
  return unique(indices.map(({ pattern, indexName }) => pattern.all(indexName))).join(',');
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

export function isParked(index: string): boolean {
  return index.startsWith(PARKED.beginning);
}

/** The index of the lines parked in a minute. */
export function parkedIndex(indexCluster: string, time: number): string {
  return PARKED.name(indexCluster, time);
}

function placeOf(hit: unknown): Place {
  return { index: textAt(hit, '_index') ?? '', id: textAt(hit, '_id') ?? '' };
}

function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

function* inBatches<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size);
}
