import { at, textAt } from '../../../lambda/core/json.ts';
import type { AuditSearch } from '../../../lib/elasticsearch/search.ts';
import { bucketsOf } from '../facets.ts';
import { exactly, type Filter, queryOf, type Times } from '../filter.ts';
import { timesOf, valueFault } from '../filter-text.ts';
import { personText } from '../person.ts';
import { deedText, type Row } from '../row.ts';
import { timelinePage } from '../timeline.ts';
import { byUser, ofUser, timeText, type UserDeeds } from './by-user.ts';
import type { Answer, AnswerTable, AskOptions, Question } from './question.ts';
import { unrecorded, type Wanted } from './recorded.ts';
import { COUNTED, REQUESTS, requestsIn } from './requests.ts';
import { scopeOf } from './scope.ts';

const LATEST = 10;
const KINDS = 15;

/** When somebody was last here, and what they did. A part of the name is enough, unless it is too long for a pattern. */
export async function aboutUser(
  search: AuditSearch,
  question: Question,
  { now, policies }: AskOptions,
): Promise<Answer> {
  const filter = filterOf(question);
  const times = timesOf(question, now);
  const [{ users }, deeds, { rows }] = await Promise.all([
    byUser(search, queryOf(filter, times)),
    byKind(search, filter, times),
    timelinePage(search, filter, times, { size: 2 * LATEST }),
  ]);
  const tables: readonly AnswerTable[] = [
    usersTable(users, filter),
    latestTable(withoutBeginnings(rows).slice(0, LATEST), filter),
    { title: 'What they did', columns: ['kind', 'how', 'requests'], rows: deeds, more: 0 },
  ];
  return {
    question,
    sentence: sentence(question, rows),
    found: rows.length,
    tables: tables.filter((each) => each.rows.length > 0),
    ...(rows.length > 0 && { legend: COUNTED }),
    notes: unrecorded(policies, WANTED),
    filter,
  };
}

const WANTED: readonly Wanted[] = [
  {
    verbs: ['get', 'list', 'watch'],
    group: '',
    resource: 'configmaps',
    words: 'requests that only read (get, list, watch)',
  },
  {
    verbs: ['create', 'update', 'patch', 'delete'],
    group: 'apps',
    resource: 'deployments',
    words: 'changes of most objects',
  },
];

function filterOf(question: Question): Filter {
  const { namespace } = question;
  const inNamespace = namespace === undefined ? {} : { namespace: [exactly(namespace)] };
  return { ...scopeOf(question), ...inNamespace, user: [userOf(question)] };
}

/** Whom it looks for, as a filter takes it. */
export function userOf({ about }: Question): string {
  if (about.includes('*')) return about;
  const part = `*${exactly(about)}*`;
  return valueFault(part) === undefined ? part : exactly(about);
}

function sentence({ about }: Question, [last]: readonly Row[]): string {
  if (last === undefined) return `No event of a user like ${about} is on record.`;
  return `${personText(last.who)} was last on ${last.cluster} at ${timeText(last.time)} UTC: ${deedText(last)}${refusal(last)}.`;
}

function refusal({ outcome, code }: Row): string {
  if (outcome !== 'failure') return '';
  return code === undefined ? ' (refused)' : ` (refused, ${code})`;
}

function usersTable(users: readonly UserDeeds[], filter: Filter): AnswerTable {
  const rows = users.map(({ user, person, clusters, requests, last }) => ({
    cells: [timeText(last), person, clusters.join(', '), requests],
    filter: ofUser(filter, user),
  }));
  return { title: 'Users of that name', columns: ['last (UTC)', 'who', 'where', 'requests'], rows, more: 0 };
}

/** One row for a request that lasted and has ended. */
function withoutBeginnings(rows: readonly Row[]): readonly Row[] {
  const requestOf = ({ request, verb, uri }: Row) => JSON.stringify([request, verb, uri]);
  const isBegun = ({ stage }: Row) => stage === 'ResponseStarted';
  const ended = new Set(rows.filter((row) => !isBegun(row)).map(requestOf));
  return rows.filter((row) => !isBegun(row) || !ended.has(requestOf(row)));
}

function latestTable(events: readonly Row[], filter: Filter): AnswerTable {
  const rows = events.map((row) => ({
    cells: [timeText(row.time), row.cluster, deedText(row), row.code ?? '?'],
    filter: { ...filter, ...(row.request === undefined ? {} : { request: [exactly(row.request)] }) },
  }));
  return { title: 'The latest', columns: ['when (UTC)', 'where', 'what', 'code'], rows, more: 0 };
}

async function byKind(search: AuditSearch, filter: Filter, times: Times): Promise<AnswerTable['rows']> {
  const verbs = { terms: { field: 'event.action', size: 10 }, aggs: REQUESTS };
  const kinds = { terms: { field: 'orchestrator.resource.type', size: KINDS }, aggs: { verbs, ...REQUESTS } };
  const body = { size: 0, query: queryOf(filter, times), track_total_hits: false, aggs: { kinds } };
  return bucketsOf(at(await search.search(body), 'aggregations', 'kinds')).map((bucket) => {
    const kind = textAt(bucket, 'key') ?? '';
    const how = bucketsOf(at(bucket, 'verbs')).map((verb) => `${textAt(verb, 'key')} ${requestsIn(verb).requests}`);
    return { cells: [kind, how.join(', '), requestsIn(bucket).requests], filter: { ...filter, kind: [kind] } };
  });
}
