import { createHash } from 'node:crypto';
import { at, textAt } from '../../lambda/core/json.ts';
import { isoTime } from '../../lambda/core/time.ts';
import { type AuditSearch, KEEP_ALIVE } from '../../lib/elasticsearch/search.ts';
import { historyQuery } from './change-log.ts';
import { eventIn } from './event.ts';
import { isDeep, jsonText, yamlText } from './exact.ts';
import { type Clause, type Filter, queryOf } from './filter.ts';
import { settled, timesOf } from './filter-text.ts';
import type { ObjectKey } from './object.ts';
import { textsAt } from './row.ts';
import { hitsOf, OLDEST_FIRST } from './timeline.ts';

export const FORMATS = ['json', 'ndjson', 'yaml'] as const;
export type Format = (typeof FORMATS)[number];

/** What is exported: what a filter shows, or an object's history. */
export type Selection =
  | { readonly kind: 'filter'; readonly filter: Filter }
  | { readonly kind: 'object'; readonly key: ObjectKey };

/** What was exported, for whoever must prove it. */
export interface ExportManifest {
  /** ISO: what was there at this time. */
  readonly createdAt: string;
  readonly format: Format;
  /** With the times settled. */
  readonly selection: Selection;
  /** As it was asked of Elasticsearch. */
  readonly query: object;
  readonly events: number;
  /** Of these, lines that CloudWatch Logs cut: they stand there as text. */
  readonly truncated: number;
  /** Further ones that stand there as text: they are no JSON object, or nested too deeply for YAML. */
  readonly asText: number;
  /** ISO; absent: there was no event. */
  readonly oldest?: string;
  readonly newest?: string;
  readonly bytes: number;
  /** Of the file's bytes, hex. */
  readonly sha256: string;
}

export interface ExportOptions {
  readonly selection: Selection;
  readonly format: Format;
  /** Milliseconds: what `7d` counts from. */
  readonly now: number;
}

/** An export under way: take all chunks, then ask for the manifest. */
export interface Export {
  /** UTF-8, oldest event first; memory stays the same however much there is. May be taken once. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Throws while chunks are left. */
  manifest(): ExportManifest;
}

export function startExport(search: AuditSearch, { selection, format, now }: ExportOptions): Export {
  const query = queryFor(selection, now);
  const hash = createHash('sha256');
  const counts = { events: 0, truncated: 0, asText: 0, bytes: 0, oldest: '', newest: '', isDone: false };
  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const text of textsOf(search, query, format, counts)) {
      const chunk = Buffer.from(text);
      hash.update(chunk);
      counts.bytes += chunk.length;
      yield chunk;
    }
    counts.isDone = true;
  }
  const manifest = (): ExportManifest => {
    const { events, truncated, asText, bytes, oldest, newest, isDone } = counts;
    if (!isDone) throw new Error('Expected all chunks to be taken before the manifest.');
    const times = events === 0 ? {} : { oldest, newest };
    const sha256 = hash.copy().digest('hex');
    const what = { createdAt: isoTime(now), format, selection: settledSelection(selection, now), query };
    return { ...what, events, truncated, asText, ...times, bytes, sha256 };
  };
  return { chunks: chunks(), manifest };
}

function queryFor(selection: Selection, now: number): Clause {
  return selection.kind === 'object'
    ? historyQuery(selection.key)
    : queryOf(selection.filter, timesOf(selection.filter, now));
}

function settledSelection(selection: Selection, now: number): Selection {
  return selection.kind === 'object' ? selection : { kind: 'filter', filter: settled(selection.filter, now) };
}

interface Counts {
  events: number;
  truncated: number;
  asText: number;
  oldest: string;
  newest: string;
}

const AROUND: Readonly<Record<Format, readonly [begin: string, between: string, end: string]>> = {
  json: ['[\n', ',\n', '\n]\n'],
  ndjson: ['', '\n', '\n'],
  yaml: ['', '', ''],
};

async function* textsOf(search: AuditSearch, query: Clause, format: Format, counts: Counts): AsyncGenerator<string> {
  const [begin, between, end] = AROUND[format];
  yield begin;
  for await (const record of records(search, query)) {
    counts.oldest ||= record.time;
    counts.newest = record.time;
    if (record.isTruncated) counts.truncated += 1;
    else if (isText(record, format)) counts.asText += 1;
    yield (counts.events === 0 ? '' : between) + recordText(record, format);
    counts.events += 1;
  }
  yield format === 'ndjson' && counts.events === 0 ? '' : end;
}

/** An event in an export. */
interface Recorded {
  readonly id: string;
  readonly cluster: string;
  /** ISO: `@timestamp`. */
  readonly time: string;
  /** The line as it was kept. */
  readonly original: string;
  /** What it says; undefined: it was cut, and is text only. */
  readonly event: unknown;
  readonly isTruncated: boolean;
}

/** Bytes of an answer, about; and events of one, by which it is reached. */
const BYTES = 4 * 1024 * 1024;
const FEW = 5;
const MANY = 1000;

async function* records(search: AuditSearch, query: Clause): AsyncGenerator<Recorded> {
  let pit = await search.open();
  try {
    let size = 50;
    for (let after: unknown; ; ) {
      const answer = await search.search({
        size,
        query,
        sort: OLDEST_FIRST,
        pit: { id: pit, keep_alive: KEEP_ALIVE },
        _source: ['@timestamp', 'event.id', 'event.original', 'orchestrator.cluster.name', 'tags'],
        track_total_hits: false,
        ...(after === undefined ? {} : { search_after: after }),
      });
      pit = textAt(answer, 'pit_id') ?? pit;
      const hits = hitsOf(answer);
      const found = hits.map(recordedOf);
      yield* found;
      if (hits.length < size) return;
      after = at(hits.at(-1), 'sort');
      const bytes = found.reduce((sum, { original }) => sum + original.length, 1);
      size = Math.max(FEW, Math.min(MANY, 2 * size, Math.floor((BYTES * found.length) / bytes)));
    }
  } finally {
    await search.close(pit);
  }
}

function recordedOf(hit: unknown): Recorded {
  const original = textAt(hit, '_source', 'event', 'original') ?? '';
  return {
    id: textAt(hit, '_source', 'event', 'id') ?? '',
    cluster: textAt(hit, '_source', 'orchestrator', 'cluster', 'name') ?? '',
    time: textAt(hit, '_source', '@timestamp') ?? '',
    original,
    event: eventIn(original),
    isTruncated: textsAt(hit, '_source', 'tags').includes('truncated'),
  };
}

/** What readers of YAML could not read back is text there. */
function isText({ event }: Recorded, format: Format): boolean {
  return event === undefined || (format === 'yaml' && isDeep(event));
}

/** JSON holds the line's own bytes; where it is not one line, its values. */
function recordText(record: Recorded, format: Format): string {
  const { id, cluster, time, original, event } = record;
  const head = { id, cluster, time };
  const told = isText(record, format) ? { ...head, line: original } : { ...head, event };
  if (format === 'yaml') return `---\n${yamlText(told)}`;
  if (event === undefined) return JSON.stringify(told);
  const text = /[\r\n]/.test(original) ? jsonText(event, 0) : original;
  return `${JSON.stringify(head).slice(0, -1)},"event":${text}}`;
}

/** How the file should be called: `eks-audit-20261121T120000Z.yaml`. */
export function exportName(format: Format, now: number): string {
  return `eks-audit-${isoTime(now).replaceAll(/[-:]|\.\d+/g, '')}.${format}`;
}
