import { at, textAt } from '../../lambda/core/json.ts';
import { DAY, isoTime, MINUTE, SECOND } from '../../lambda/core/time.ts';
import type { AuditSearch } from '../../lib/elasticsearch/search.ts';
import { clausesOf, exactly, type Filter, hasPattern, type Key, kindText, type Times } from './filter.ts';

export interface Facet {
  readonly key: FacetKey;
  /** Most frequent first. Counted with all of the filter but this key's own part: what choosing it would show. */
  readonly values: readonly FacetValue[];
  /** Events of values that are not listed. */
  readonly others: number;
}

export interface FacetValue {
  /** As people read it. */
  readonly text: string;
  /** As the filter takes it. */
  readonly value: string;
  readonly count: number;
}

export interface Overview {
  /** Events that the filter shows; exact. */
  readonly total: number;
  readonly facets: readonly Facet[];
  /** Absent: there is no event. */
  readonly histogram?: Histogram;
}

export interface Histogram {
  /** Milliseconds of one bar. */
  readonly interval: number;
  /** Without gaps, oldest first. */
  readonly bars: readonly Bar[];
}

export interface Bar {
  /** Milliseconds: when it begins. */
  readonly time: number;
  readonly count: number;
  /** Of these, those that failed. */
  readonly failed: number;
}

const FACETS = {
  cluster: 'orchestrator.cluster.name',
  user: 'user.name',
  verb: 'event.action',
  kind: 'kubernetes.audit.objectRef.resource',
  namespace: 'orchestrator.namespace',
  outcome: 'event.outcome',
  address: 'source.ip',
} as const satisfies Partial<Record<Key, string>>;
export type FacetKey = keyof typeof FACETS;

const SHOWN = 10;
/** Of one facet: groups that have a resource of one name. */
const GROUPS = 5;
const GROUP = 'kubernetes.audit.objectRef.apiGroup';

/** Counts by value and over time, of all that a filter shows. */
export async function overview(search: AuditSearch, filter: Filter, times: Times): Promise<Overview> {
  const answer = await search.search(overviewBody(filter, times));
  const narrow = at(answer, 'aggregations', 'narrow');
  const shown = at(narrow, 'shown');
  const total = Number(at(shown, 'doc_count') ?? 0);
  const found = (key: FacetKey) => at(answer, 'aggregations', key) ?? at(narrow, key);
  const facets = (Object.keys(FACETS) as FacetKey[]).map((key) => facetOf(key, found(key)));
  const [first, last] = ['first', 'last'].map((name) => at(shown, name, 'value'));
  if (typeof first !== 'number' || typeof last !== 'number') return { total, facets };
  const from = times.from ?? first;
  const to = times.to ?? last + 1;
  return { total, facets, histogram: await histogram(search, filter, times, { from, to }) };
}

/** Patterns stand within as few aggregations as can be: Elasticsearch makes an automaton each time that it meets one. */
export function overviewBody(filter: Filter, times: Times): object {
  const clauses = [...clausesOf(filter, times)];
  const isPattern = (key: ClauseKey) => key !== 'time' && key !== 'text' && hasPattern(filter, key);
  const all = (wanted: (key: ClauseKey) => boolean) => ({
    bool: { filter: clauses.filter(([key]) => wanted(key)).map(([, clause]) => clause) },
  });
  const isOwn = (key: ClauseKey) => !COMMON.has(key);
  const facet = (key: FacetKey) => {
    const others = all((each) => isOwn(each) && each !== key && (isPattern(key) || !isPattern(each)));
    return [key, { filter: others, aggs: { values: terms(FACETS[key]) } }] as const;
  };
  const shown = {
    filter: all((key) => isOwn(key) && !isPattern(key)),
    aggs: { first: { min: { field: '@timestamp' } }, last: { max: { field: '@timestamp' } } },
  };
  const keys = Object.keys(FACETS) as FacetKey[];
  const narrow = {
    filter: all((key) => isOwn(key) && isPattern(key)),
    aggs: { shown, ...Object.fromEntries(keys.filter((key) => !isPattern(key)).map(facet)) },
  };
  return {
    size: 0,
    query: all((key) => COMMON.has(key)),
    aggs: { narrow, ...Object.fromEntries(keys.filter(isPattern).map(facet)) },
  };
}

type ClauseKey = Key | 'time' | 'text';

/** What no facet offers, so that all count under it. */
const COMMON: ReadonlySet<string> = new Set(['time', 'text', 'name', 'request']);

function terms(field: string): object {
  const aggs =
    field === FACETS.kind ? { aggs: { groups: { terms: { field: GROUP, missing: '', size: GROUPS } } } } : {};
  return { terms: { field, size: SHOWN }, ...aggs };
}

function facetOf(key: FacetKey, aggregation: unknown): Facet {
  const values = at(aggregation, 'values');
  const found = bucketsOf(values).flatMap((bucket) => (key === 'kind' ? kindsOf(bucket) : [facetValue(bucket)]));
  return { key, values: found, others: Number(at(values, 'sum_other_doc_count') ?? 0) };
}

function facetValue(bucket: unknown): FacetValue {
  const text = textAt(bucket, 'key_as_string') ?? textAt(bucket, 'key') ?? '';
  return { text, value: exactly(text), count: countOf(bucket) };
}

function kindsOf(bucket: unknown): readonly FacetValue[] {
  return bucketsOf(at(bucket, 'groups')).map((inner) => {
    const kind = kindText({ resource: textAt(bucket, 'key') ?? '', group: textAt(inner, 'key') ?? '' });
    return { text: kind.replace(/\.core$/, ''), value: kind, count: countOf(inner) };
  });
}

/** Milliseconds: one of these is a bar's. */
const INTERVALS = [1, 5, 10, 30]
  .map((seconds) => seconds * SECOND)
  .concat([1, 5, 10, 30, 60, 180, 720].map((minutes) => minutes * MINUTE))
  .concat([1, 7, 30].map((days) => days * DAY));
const BARS = 100;

/** The smallest that makes no more bars than can be told apart. */
export function intervalOf(milliseconds: number): number {
  return INTERVALS.find((interval) => milliseconds / interval <= BARS) ?? Math.ceil(milliseconds / BARS / DAY) * DAY;
}

async function histogram(
  search: AuditSearch,
  filter: Filter,
  times: Times,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Histogram> {
  const interval = intervalOf(to - from);
  const bars = {
    date_histogram: {
      field: '@timestamp',
      fixed_interval: `${interval}ms`,
      min_doc_count: 0,
      extended_bounds: { min: isoTime(from), max: isoTime(to - 1) },
    },
    aggs: { failed: { filter: { term: { 'event.outcome': 'failure' } } } },
  };
  const query = { bool: { filter: [...clausesOf(filter, times).values()] } };
  const answer = await search.search({ size: 0, query, track_total_hits: false, aggs: { bars } });
  return {
    interval,
    bars: bucketsOf(at(answer, 'aggregations', 'bars')).map((bucket) => ({
      time: Number(at(bucket, 'key')),
      count: countOf(bucket),
      failed: countOf(at(bucket, 'failed')),
    })),
  };
}

export function bucketsOf(aggregation: unknown): readonly unknown[] {
  const buckets = at(aggregation, 'buckets');
  return Array.isArray(buckets) ? buckets : [];
}

export function countOf(bucket: unknown): number {
  return Number(at(bucket, 'doc_count') ?? 0);
}
