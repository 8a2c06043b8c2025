import { at, textAt } from '../../../lambda/core/json.ts';
import type { AuditSearch } from '../../../lib/elasticsearch/search.ts';
import { bucketsOf, countOf } from '../facets.ts';
import { exactly, type Filter, queryOf, type Times } from '../filter.ts';
import { timesOf } from '../filter-text.ts';
import { personText } from '../person.ts';
import { deedText } from '../row.ts';
import { timelinePage } from '../timeline.ts';
import { byUser, ofUser, timeText } from './by-user.ts';
import type { Answer, AnswerTable, AskOptions, Question } from './question.ts';
import { unrecorded } from './recorded.ts';
import { scopeOf } from './scope.ts';

const LATEST = 10;
const KINDS = 15;

/** When somebody was last here, and what they did. A part of the name is enough. */
export async function aboutUser(search: AuditSearch, question: Question, { now, policy }: AskOptions): Promise<Answer> {
  const { about, namespace } = question;
  const name = about.includes('*') ? about : `*${exactly(about)}*`;
  const inNamespace = namespace === undefined ? {} : { namespace: [exactly(namespace)] };
  const filter: Filter = { ...scopeOf(question), ...inNamespace, user: [name] };
  const times = timesOf(question, now);
  const [{ users }, deeds, { rows }] = await Promise.all([
    byUser(search, queryOf(filter, times)),
    byKind(search, filter, times),
    timelinePage(search, filter, times, { size: LATEST }),
  ]);
  const [last] = rows;
  const sentence =
    last === undefined
      ? `No event of a user like ${about} is on record.`
      : `${personText(last.who)} was last on ${last.cluster} at ${timeText(last.time)} UTC: ${deedText(last)}.`;
  const who = users.map(({ user, person, clusters, count, last: time }) => ({
    cells: [timeText(time), person, clusters.join(', '), count],
    filter: ofUser(filter, user),
  }));
  const latest = rows.map((row) => ({
    cells: [timeText(row.time), row.cluster, deedText(row), row.code ?? '?'],
    filter: { ...filter, ...(row.request === undefined ? {} : { request: [exactly(row.request)] }) },
  }));
  const tables: readonly AnswerTable[] = [
    { title: 'Users of that name', columns: ['last (UTC)', 'who', 'where', 'events'], rows: who, more: 0 },
    { title: 'The latest', columns: ['when (UTC)', 'where', 'what', 'code'], rows: latest, more: 0 },
    { title: 'What they did', columns: ['kind', 'how', 'events'], rows: deeds, more: 0 },
  ];
  const notes = unrecorded(policy, [
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
  ]);
  return {
    question,
    sentence,
    found: rows.length,
    tables: tables.filter((each) => each.rows.length > 0),
    notes,
    filter,
  };
}

async function byKind(search: AuditSearch, filter: Filter, times: Times): Promise<AnswerTable['rows']> {
  const verbs = { terms: { field: 'event.action', size: 10 } };
  const kinds = { terms: { field: 'orchestrator.resource.type', size: KINDS }, aggs: { verbs } };
  const body = { size: 0, query: queryOf(filter, times), track_total_hits: false, aggs: { kinds } };
  return bucketsOf(at(await search.search(body), 'aggregations', 'kinds')).map((bucket) => {
    const kind = textAt(bucket, 'key') ?? '';
    const how = bucketsOf(at(bucket, 'verbs')).map((verb) => `${textAt(verb, 'key')} ${countOf(verb)}`);
    return { cells: [kind, how.join(', '), countOf(bucket)], filter: { ...filter, kind: [kind] } };
  });
}
