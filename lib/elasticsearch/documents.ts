import type { Client } from '@elastic/elasticsearch';
import type { Naming, Profile } from '../../lambda/contract.ts';
import { CALICO, type IndexPattern, indicesOf, PARKED, patternsOf } from '../../lambda/core/index-pattern.ts';
import { at, parseJson, textAt } from '../../lambda/core/json.ts';
import { Stopped } from '../../lambda/core/stopped.ts';
import { isoTime } from '../../lambda/core/time.ts';
import type { Clock, TimeRange } from '../../lambda/ports.ts';
import { type Answer, ask, askPatiently, bodyOf, type Request, refusalText } from './ask.ts';
import { ById, type Place, type Sized } from './by-id.ts';

export type { Place, Sized };

/** An event as it can be found in CloudWatch Logs. */
export interface Named {
  /** The document's. */
  readonly id: string;
  /** ISO: the time CloudWatch files the line under. */
  readonly time: string;
  readonly stream: string;
  readonly eventId: string;
}

export interface Content extends Place {
  /** Byte for byte. undefined: the index keeps none, or it is many times larger than it should be, or no JSON. */
  readonly source: string | undefined;
}

/** What Elasticsearch held at one moment. */
export interface Snapshot {
  /** The documents filed under these times, page by page; one that says no such time by its `@timestamp`. */
  within(range: TimeRange): AsyncIterable<readonly Place[]>;
  close(): Promise<void>;
}

/** A cluster's documents in Elasticsearch, audit events and parked lines. Throws `Stopped` when it can't be asked. */
export interface IndexedDocuments {
  snapshot(): Promise<Snapshot>;
  /** Of these places, those that hold a document now. */
  present(places: readonly Place[]): Promise<readonly Place[]>;
  /** The places of these ids in the indices of parked lines, whatever the month. */
  parked(ids: readonly string[]): Promise<readonly Place[]>;
  /** Of these places, those that hold a document now, with what was sent there: some of them at a time. */
  contents(places: readonly Sized[]): AsyncIterable<readonly Content[]>;
  /** What the documents say of their lines, in 512 characters each; empty texts where they say nothing. */
  describe(places: readonly Place[]): Promise<readonly (Named & Place)[]>;
}

/** What a cluster and its indices are called, or were called: a minute keeps the names that it was judged by. */
export type Names = Pick<Naming, 'cluster' | 'indexName' | 'index' | 'profiles'>;

export interface Sizes {
  /** Documents of one answer of a snapshot. Default 5000. */
  readonly page?: number;
  /** Documents asked for at once by their ids. Default 1000. */
  readonly batch?: number;
  /** Bytes that an answer with documents should have at most, unless it is of one document. Default 4 MiB. */
  readonly bytes?: number;
}

const PAGE = 5000;
const BATCH = 1000;
const BYTES = 4 * 1024 * 1024;
/** An id is in the indices of two months at most: those of the same event in two lines. */
const HITS_PER_ID = 5;
/** While one minute is read from CloudWatch and its documents are compared, be it a large one. */
const KEEP_ALIVE = '1h';
const ATTEMPTS = 6;
/** Characters of what a document says of its line: a stream's name has 512 at the most. */
const LONGEST = 512;

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
  readonly #byId: ById;

  /** `names`: all by which the documents may go, today's and those before. */
  constructor(
    client: Client,
    url: string,
    names: readonly Names[],
    clock: Clock,
    { page = PAGE, batch = BATCH, bytes = BYTES }: Sizes = {},
  ) {
    this.#client = client;
    this.#url = url;
    this.#clusters = unique(names.map(({ cluster }) => cluster));
    this.#indices = names.flatMap((each) =>
      patternsOf(indicesOf(each)).map((pattern) => ({ pattern, indexName: each.indexName })),
    );
    this.#clock = clock;
    this.#page = page;
    this.#batch = batch;
    this.#byId = new ById(
      (request) => this.#asked(request),
      (answer) => this.#refusal(answer),
      { batch, bytes },
    );
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
    const filed = 'aws.cloudwatch.timestamp';
    const says = { range: { [filed]: time } };
    // What nobody files under a time is found by its own: a forger need not say where a line came from.
    const saysNot = { bool: { filter: { range: { '@timestamp': time } }, must_not: { exists: { field: filed } } } };
    return { bool: { filter: { bool: { should: [says, saysNot] } }, must_not: anothers } };
  }

  async present(places: readonly Place[]): Promise<readonly Place[]> {
    const found: Place[] = [];
    for await (const looked of this.#byId.lookUp(unsized(places), '?_source=false'))
      found.push(...looked.filter((each) => each.stored.found).map(({ place }) => place));
    return found;
  }

  async *contents(places: readonly Sized[]): AsyncIterable<readonly Content[]> {
    for await (const looked of this.#byId.lookUp(places, '')) {
      const found = looked.filter(({ stored }) => stored.found);
      yield found.map(({ place, stored }) => ({ ...place, source: stored.source }));
    }
  }

  async describe(places: readonly Place[]): Promise<readonly (Named & Place)[]> {
    const described: (Named & Place)[] = [];
    for await (const looked of this.#byId.lookUp(unsized(places), '?_source_includes=aws.cloudwatch')) {
      for (const { place, stored } of looked) {
        const cloudwatch = at(parseJson(stored.source ?? ''), 'aws', 'cloudwatch');
        const say = (key: string) => (textAt(cloudwatch, key) ?? '').slice(0, LONGEST);
        described.push({ ...place, time: say('timestamp'), stream: say('log_stream'), eventId: say('event_id') });
      }
    }
    return described;
  }

  async parked(ids: readonly string[]): Promise<readonly Place[]> {
    const names = allOf(this.#indices.filter(({ pattern }) => pattern === PARKED));
    const fields = 'hits.hits._id,hits.hits._index';
    const path = `/${names}/_search?ignore_unavailable=true&allow_partial_search_results=false&filter_path=${fields}`;
    const found: Place[] = [];
    for (let from = 0; from < ids.length; from += this.#batch) {
      const values = ids.slice(from, from + this.#batch);
      const body = { size: HITS_PER_ID * values.length, _source: false, query: { ids: { values } } };
      const answer = await this.#ask({ method: 'POST', path, body });
      const places = listAt(answer, 'hits', 'hits').map(placeOf);
      found.push(...places.filter((place) => this.#isOwn(place)));
    }
    return found;
  }

  #isOwn({ index }: Place): boolean {
    return this.#indices.some(({ pattern, indexName }) => pattern.holds(indexName, index));
  }

  /** The body of the answer. */
  async #ask(request: Request): Promise<unknown> {
    const answer = await this.#asked(request);
    const body = bodyOf(answer);
    if (body !== undefined) return body;
    throw this.#refusal(answer);
  }

  /** Waits out what passes. */
  #asked(request: Request): Promise<Answer> {
    return askPatiently(this.#client, request, { clock: this.#clock, attempts: ATTEMPTS });
  }

  #refusal(answer: Answer): Stopped {
    return new Stopped(refusalText(this.#url, answer, 'read the audit and parked indices', 'read'));
  }
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

/** The profile of an index that holds events' documents. */
export function profileOf(index: string): Profile {
  return index.startsWith(CALICO.beginning) ? 'calico' : 'ecs';
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

/** Of which nobody says how large they should be. */
function unsized(places: readonly Place[]): readonly Sized[] {
  return places.map(({ index, id }) => ({ index, id, bytes: 0 }));
}
