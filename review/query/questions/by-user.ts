import { at, textAt } from '../../../lambda/core/json.ts';
import { isoTime } from '../../../lambda/core/time.ts';
import type { AuditSearch } from '../../../lib/elasticsearch/search.ts';
import { bucketsOf } from '../facets.ts';
import { type Clause, exactly, type Filter } from '../filter.ts';
import { personText } from '../person.ts';
import type { AnswerTable } from './question.ts';
import { REQUESTS, type Requests, requestsIn } from './requests.ts';

/** What one user did of something. */
export interface UserDeeds extends Requests {
  /** As the API server knew them. */
  readonly user: string;
  readonly person: string;
  readonly verbs: readonly string[];
  readonly clusters: readonly string[];
  readonly addresses: readonly string[];
  /** Milliseconds. */
  readonly last: number;
}

export interface ByUser {
  /** The latest first. */
  readonly users: readonly UserDeeds[];
  /** Events of users who are not listed. */
  readonly others: number;
}

const USERS = 50;
const FEW = 5;

/** Who did what a query finds. */
export async function byUser(search: AuditSearch, query: Clause): Promise<ByUser> {
  const list = (field: string) => ({ terms: { field, size: FEW } });
  const aggs = {
    last: { max: { field: '@timestamp' } },
    ...REQUESTS,
    verbs: list('event.action'),
    clusters: list('orchestrator.cluster.name'),
    addresses: list('source.ip'),
    sessions: list('kubernetes.audit.user.extra.sessionName'),
  };
  const users = { terms: { field: 'user.name', missing: '', size: USERS, order: { last: 'desc' } }, aggs };
  const answer = await search.search({ size: 0, query, track_total_hits: false, aggs: { users } });
  const found = at(answer, 'aggregations', 'users');
  return { users: bucketsOf(found).map(deedsOf), others: Number(at(found, 'sum_other_doc_count') ?? 0) };
}

function deedsOf(bucket: unknown): UserDeeds {
  const user = textAt(bucket, 'key') ?? '';
  const texts = (name: string) =>
    bucketsOf(at(bucket, name)).map((each) => textAt(each, 'key_as_string') ?? textAt(each, 'key') ?? '');
  const sessions = texts('sessions');
  const [session] = sessions;
  return {
    user,
    person: personText({ name: user, ...(sessions.length === 1 && session !== undefined ? { session } : {}) }),
    ...requestsIn(bucket),
    verbs: texts('verbs'),
    clusters: texts('clusters'),
    addresses: texts('addresses'),
    last: Number(at(bucket, 'last', 'value')),
  };
}

/** `filter`: of all its events; a row's has its user besides. */
export function userTable(title: string, { users }: ByUser, filter: Filter): readonly AnswerTable[] {
  if (users.length === 0) return [];
  const rows = users.map(({ user, person, verbs, requests, refused, addresses, last }) => ({
    cells: [timeText(last), person, verbs.join(', '), countText(requests, refused), addresses.join(', ')],
    filter: ofUser(filter, user),
  }));
  return [{ title, columns: ['last (UTC)', 'who', 'how', 'requests', 'from'], rows, more: 0 }];
}

/** Of whom nobody knows no filter can tell: then all of them are shown. */
export function ofUser(filter: Filter, user: string): Filter {
  return user === '' ? filter : { ...filter, user: [exactly(user)] };
}

function countText(count: number, refused: number): string {
  return refused === 0 ? String(count) : `${count} (${refused} refused)`;
}

/** `2026-11-21 12:00:03` */
export function timeText(milliseconds: number): string {
  return isoTime(milliseconds).slice(0, 19).replace('T', ' ');
}
