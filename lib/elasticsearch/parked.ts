import type { Client } from '@elastic/elasticsearch';
import { PARKED } from '../../lambda/core/index-pattern.ts';
import { at, isObject, textAt } from '../../lambda/core/json.ts';
import type { FileOrigin, Origin } from '../../lambda/core/line.ts';
import { Stopped } from '../../lambda/core/stopped.ts';
import { isoTime, parseTime } from '../../lambda/core/time.ts';
import type { Clock, TimeRange } from '../../lambda/ports.ts';
import { ask, askPatiently, bodyOf, type Request, refusalText } from './ask.ts';
import type { Place } from './by-id.ts';
import type { Names } from './documents.ts';

/** A document of the parked indices without its text: a parked line, a part of one, or the mark of one that was redriven. */
export interface ParkedDocument extends Place {
  /** Under which CloudWatch files the line, or the reader of a file, milliseconds; NaN: it does not say. */
  readonly time: number;
  /** The cluster's name; empty: it names none. */
  readonly cluster: string;
  readonly origin: Origin;
  /** Empty: it is no parked line. */
  readonly reason: string;
  readonly detail: string;
  /** Bytes of the line's whole text; undefined: an earlier version parked it. */
  readonly size: number | undefined;
  /** undefined: it is whole. */
  readonly part: Part | undefined;
  /** Where the event would have gone; undefined: it was parked before the policy. */
  readonly meant: Place | undefined;
  /** Of a mark alone: what became of the line. */
  readonly redriven: Redriven | undefined;
}

export interface Part {
  readonly part: number;
  readonly parts: number;
  /** Of a part's text, at most. */
  readonly bytes: number;
}

export interface Redriven extends Place {
  /** `indexed`, `already indexed` or `dropped`. */
  readonly outcome: string;
  /** What of the policy dropped it; empty: nothing did. */
  readonly by: string;
  /** ISO: when it was redriven. */
  readonly at: string;
}

/** Which documents; each condition narrows it, none: all. */
export interface Selection {
  /** By the line's time. */
  readonly range?: TimeRange;
  /** Parked for this reason; marks are found whatever their lines were parked for. */
  readonly reason?: string;
  /** Of these lines: parts and marks too. */
  readonly ids?: readonly string[];
  readonly marksAlone?: boolean;
}

/** A cluster's parked lines. Throws `Stopped` when Elasticsearch can't be asked. */
export interface ParkedDocuments {
  /** Page by page, the oldest line first; documents of one line stand together. What comes meanwhile is not in it. */
  search(selection: Selection): AsyncIterable<readonly ParkedDocument[]>;
}

export interface SearchOptions {
  /** Documents of one answer. Default 500. */
  readonly page?: number;
  /** How often a server that can't be reached is asked. Default 6. */
  readonly attempts?: number;
}

const KEEP_ALIVE = '1h';
/** All but the text. */
const SAID = [
  '@timestamp',
  'event.id',
  'event.ingested',
  'aws.cloudwatch',
  'log',
  'orchestrator.cluster.name',
  'parked',
];
const NEEDED = 'pit_id,hits.hits._id,hits.hits._index,hits.hits._source,hits.hits.sort';

export class ElasticsearchParked implements ParkedDocuments {
  readonly #client: Client;
  readonly #url: string;
  readonly #names: readonly Names[];
  readonly #clock: Clock;
  readonly #options: Required<SearchOptions>;

  /** `names`: all by which the documents may go, today's and those before. */
  constructor(client: Client, url: string, names: readonly Names[], clock: Clock, options: SearchOptions = {}) {
    this.#client = client;
    this.#url = url;
    this.#names = names;
    this.#clock = clock;
    this.#options = { page: 500, attempts: 6, ...options };
  }

  async *search(selection: Selection): AsyncIterable<readonly ParkedDocument[]> {
    const indices = [...new Set(this.#names.map(({ indexName }) => PARKED.all(indexName)))].join(',');
    const path = `/${indices}/_pit?keep_alive=${KEEP_ALIVE}&ignore_unavailable=true`;
    let id = textAt(await this.#ask({ method: 'POST', path }), 'id') ?? '';
    const { page } = this.#options;
    try {
      let after: unknown;
      for (let hits: readonly unknown[] | undefined; hits === undefined || hits.length === page; ) {
        const answer = await this.#ask({
          method: 'POST',
          path: `/_search?allow_partial_search_results=false&filter_path=${NEEDED}`,
          body: {
            size: page,
            pit: { id, keep_alive: KEEP_ALIVE },
            query: this.#query(selection),
            sort: [{ '@timestamp': 'asc' }, { 'event.id': 'asc' }, { _shard_doc: 'asc' }],
            _source: SAID,
            track_total_hits: false,
            ...(after === undefined ? {} : { search_after: after }),
          },
        });
        const found = at(answer, 'hits', 'hits');
        hits = Array.isArray(found) ? found : [];
        id = textAt(answer, 'pit_id') ?? id;
        after = at(hits.at(-1), 'sort');
        yield hits.map(documentOf).filter((each) => this.#isOwn(each));
      }
    } finally {
      // Best effort: one that could not be closed runs out by itself.
      await ask(this.#client, { method: 'DELETE', path: '/_pit', body: { id } });
    }
  }

  #query({ range, reason, ids, marksAlone }: Selection): object {
    const name = 'orchestrator.cluster.name';
    const clusters = [...new Set(this.#names.map(({ cluster }) => cluster))];
    const isMark = { bool: { must_not: { exists: { field: 'parked.reason' } } } };
    const filter = [
      { exists: { field: 'event.id' } },
      ...(range === undefined
        ? []
        : [{ range: { '@timestamp': { gte: isoTime(range.startTime), lte: isoTime(range.endTime) } } }]),
      ...(reason === undefined ? [] : [{ bool: { should: [{ term: { 'parked.reason': reason } }, isMark] } }]),
      ...(ids === undefined ? [] : [{ terms: { 'event.id': [...new Set(ids.flatMap(spoken))] } }]),
      ...(marksAlone === true ? [isMark] : []),
    ];
    // Another cluster's name may begin with this one's, and so may its indices'.
    const anothers = { bool: { filter: { exists: { field: name } }, must_not: { terms: { [name]: clusters } } } };
    return { bool: { filter, must_not: anothers } };
  }

  #isOwn({ index }: Place): boolean {
    return this.#names.some(({ indexName }) => PARKED.holds(indexName, index));
  }

  async #ask(request: Request): Promise<unknown> {
    const { attempts } = this.#options;
    const answer = await askPatiently(this.#client, request, { clock: this.#clock, attempts });
    const body = bodyOf(answer);
    if (body !== undefined) return body;
    throw new Stopped(refusalText(this.#url, answer, 'read the parked indices', 'read'));
  }
}

/** A parked line's id, and what it says of its event: it may have a word behind that. */
function spoken(id: string): readonly string[] {
  return [id, id.replace(/\..*$/, '')];
}

/** Of a hit of a search, which anybody may have written. */
export function documentOf(hit: unknown): ParkedDocument {
  const source = at(hit, '_source');
  const parked = at(source, 'parked');
  return {
    index: textAt(hit, '_index') ?? '',
    id: textAt(hit, '_id') ?? '',
    time: parseTime(at(source, '@timestamp')) ?? Number.NaN,
    cluster: textAt(source, 'orchestrator', 'cluster', 'name') ?? '',
    origin: originOf(source),
    reason: textAt(parked, 'reason') ?? '',
    detail: textAt(parked, 'detail') ?? '',
    size: numberAt(parked, 'size'),
    part: partOf(parked),
    meant: placeIn(parked),
    redriven: redrivenOf(source),
  };
}

function originOf(source: unknown): Origin {
  const cloudwatch = at(source, 'aws', 'cloudwatch');
  const path = textAt(source, 'log', 'file', 'path');
  if (path !== undefined) return inFile(path, numberAt(at(source, 'log'), 'offset') ?? 0, cloudwatch);
  return {
    kind: 'CloudWatch Logs',
    group: textAt(cloudwatch, 'log_group') ?? '',
    stream: textAt(cloudwatch, 'log_stream') ?? '',
    eventId: textAt(cloudwatch, 'event_id') ?? '',
    ingestionTime: parseTime(at(cloudwatch, 'ingestion_time')) ?? 0,
  };
}

function inFile(path: string, offset: number, cloudwatch: unknown): FileOrigin {
  if (cloudwatch === undefined) return { kind: 'file', path, offset };
  const [group, stream, eventId] = ['log_group', 'log_stream', 'event_id'].map((key) => textAt(cloudwatch, key));
  const ingestionTime = parseTime(at(cloudwatch, 'ingestion_time'));
  const archived = {
    ...(group === undefined ? {} : { group }),
    ...(stream === undefined ? {} : { stream }),
    ...(eventId === undefined ? {} : { eventId }),
    ...(ingestionTime === undefined ? {} : { ingestionTime }),
  };
  return { kind: 'file', path, offset, archived };
}

function partOf(parked: unknown): Part | undefined {
  const [part, parts, bytes] = ['part', 'parts', 'bytes'].map((key) => numberAt(parked, key));
  return part === undefined || parts === undefined || bytes === undefined ? undefined : { part, parts, bytes };
}

function redrivenOf(source: unknown): Redriven | undefined {
  const redriven = at(source, 'parked', 'redriven');
  if (!isObject(redriven)) return undefined;
  const { index, id } = placeIn(redriven) ?? { index: '', id: '' };
  const [outcome = '', by = ''] = ['outcome', 'by'].map((key) => textAt(redriven, key));
  return { outcome, by, index, id, at: textAt(source, 'event', 'ingested') ?? '' };
}

function placeIn(value: unknown): Place | undefined {
  const [index, id] = ['index', 'id'].map((key) => textAt(value, key));
  return index === undefined || id === undefined ? undefined : { index, id };
}

function numberAt(value: unknown, key: string): number | undefined {
  const found = at(value, key);
  return Number.isSafeInteger(found) ? Number(found) : undefined;
}
