import { at, textAt } from '../../../lambda/core/json.ts';
import { isoTime } from '../../../lambda/core/time.ts';
import type { AuditSearch } from '../../../lib/elasticsearch/search.ts';
import { bucketsOf, countOf, intervalOf } from '../facets.ts';
import { exactly, type Filter, queryOf, type Times } from '../filter.ts';
import { timesOf } from '../filter-text.ts';
import { timeText } from './by-user.ts';
import type { Answer, AnswerRow, AnswerTable, AskOptions, Question } from './question.ts';
import { unrecorded, type Wanted } from './recorded.ts';
import { COUNTED, REQUESTS, requestsIn } from './requests.ts';
import { scopeOf } from './scope.ts';

const CODE = 'kubernetes.audit.responseStatus.code';
const ROWS = 30;
const CONFLICTS = { term: { [CODE]: 409 } };
const ERRORS = { bool: { filter: { range: { [CODE]: { gte: 400 } } }, must_not: CONFLICTS } };

/** What a controller was refused, and when. It is known by its service account; a part of the name is enough. */
export async function aboutController(
  search: AuditSearch,
  question: Question,
  { now, policies }: AskOptions,
): Promise<Answer> {
  const filter: Filter = { ...scopeOf(question), user: [controllerOf(question)] };
  const times = timesOf(question, now);
  const query = queryOf(filter, times);
  const answer = await search.search({ size: 0, query, track_total_hits: true, aggs: AGGREGATIONS });
  const found = at(answer, 'aggregations');
  const { requests: total } = requestsIn(found, Number(at(answer, 'hits', 'total', 'value') ?? 0));
  const [conflicts, errors] = [countOf(at(found, 'conflicts')), requestsIn(at(found, 'errors')).requests];
  const failed: Filter = { ...filter, outcome: ['failure'] };
  const hasFailed = conflicts + errors > 0;
  const counts = `${counted(total, 'request')}, ${counted(conflicts, 'conflict')} (409) and ${counted(errors, 'other error')}`;
  return {
    question,
    sentence:
      total === 0 ? `No request of a controller like ${question.about} is on record.` : `${question.about}: ${counts}.`,
    found: total,
    tables: hasFailed ? [kindTable(found, failed), await timeTable(search, failed, times, found)] : [],
    ...(total > 0 && { legend: COUNTED }),
    notes: unrecorded(policies, WANTED),
    filter: failed,
  };
}

const WANTED: readonly Wanted[] = [
  {
    verbs: ['create', 'update', 'patch', 'delete'],
    group: 'example.com',
    resource: 'widgets',
    words: 'changes of custom resources',
  },
];

/** Whom it looks for, as a filter takes it. A name with a colon is a user's whole name. */
export function controllerOf({ about, namespace }: Question): string {
  if (/[:*]/.test(about)) return about;
  return `system:serviceaccount:${namespace === undefined ? '*' : exactly(namespace)}:*${exactly(about)}*`;
}

const AGGREGATIONS = {
  ...REQUESTS,
  conflicts: { filter: CONFLICTS },
  errors: { filter: ERRORS, aggs: REQUESTS },
  failed: {
    filter: { range: { [CODE]: { gte: 400 } } },
    aggs: {
      first: { min: { field: '@timestamp' } },
      last: { max: { field: '@timestamp' } },
      kinds: {
        terms: { field: 'orchestrator.resource.type', missing: '', size: 10 },
        aggs: {
          verbs: {
            terms: { field: 'event.action', size: 5 },
            aggs: {
              codes: { terms: { field: CODE, size: 5 }, aggs: { last: { max: { field: '@timestamp' } }, ...REQUESTS } },
            },
          },
        },
      },
    },
  },
};

function kindTable(found: unknown, filter: Filter): AnswerTable {
  const rows = bucketsOf(at(found, 'failed', 'kinds')).flatMap((kind) =>
    bucketsOf(at(kind, 'verbs')).flatMap((verb) =>
      bucketsOf(at(verb, 'codes')).map((code): AnswerRow & { readonly count: number } => {
        const [resource, action] = [textAt(kind, 'key') ?? '', textAt(verb, 'key') ?? ''];
        const last = Number(at(code, 'last', 'value'));
        const { requests } = requestsIn(code);
        const cells = [timeText(last), action, resource, Number(at(code, 'key')), requests];
        return {
          cells,
          count: requests,
          filter: { ...filter, verb: [action], ...(resource && { kind: [resource] }) },
        };
      }),
    ),
  );
  const ordered = rows.toSorted((a, b) => b.count - a.count).map(({ cells, filter: own }) => ({ cells, filter: own }));
  const columns = ['last (UTC)', 'how', 'kind', 'code', 'requests'];
  return { title: 'What was refused', columns, rows: ordered.slice(0, ROWS), more: Math.max(0, ordered.length - ROWS) };
}

async function timeTable(search: AuditSearch, filter: Filter, times: Times, found: unknown): Promise<AnswerTable> {
  const [first, last] = ['first', 'last'].map((key) => Number(at(found, 'failed', key, 'value')));
  const [from, to] = [times.from ?? first ?? 0, times.to ?? last ?? 0];
  // As many rows as can be read, where a picture has as many bars as can be told apart.
  const interval = intervalOf((to - from) * 4);
  const histogram = { field: '@timestamp', fixed_interval: `${interval}ms`, min_doc_count: 1 };
  const over = {
    date_histogram: histogram,
    aggs: { conflicts: { filter: CONFLICTS }, errors: { filter: ERRORS, aggs: REQUESTS } },
  };
  const body = { size: 0, query: queryOf(filter, times), track_total_hits: false, aggs: { over } };
  const rows = bucketsOf(at(await search.search(body), 'aggregations', 'over')).map((bucket) => {
    const time = Number(at(bucket, 'key'));
    const cells = [timeText(time), countOf(at(bucket, 'conflicts')), requestsIn(at(bucket, 'errors')).requests];
    return { cells, filter: { ...filter, from: isoTime(time), to: isoTime(time + interval) } };
  });
  return { title: 'Over time', columns: ['from (UTC)', 'conflicts', 'other errors'], rows, more: 0 };
}

function counted(count: number, one: string): string {
  return `${count} ${count === 1 ? one : `${one}s`}`;
}
