import type { AuditSearch } from '../../../lib/elasticsearch/search.ts';
import { type Clause, exactly, type Filter, queryOf } from '../filter.ts';
import { timesOf } from '../filter-text.ts';
import { type ByUser, byUser, timeText, userTable } from './by-user.ts';
import type { Answer, AskOptions, Question } from './question.ts';
import { unrecorded } from './recorded.ts';
import { COUNTED } from './requests.ts';
import { scopeOf } from './scope.ts';

const READS = ['get', 'list', 'watch'];

/** Who read a secret by its name, and who listed secrets that it was among. */
export async function aboutSecret(search: AuditSearch, question: Question, options: AskOptions): Promise<Answer> {
  const { about, namespace } = question;
  const secrets: Filter = { ...scopeOf(question), kind: ['secrets.core'] };
  const inNamespace = namespace === undefined ? secrets : { ...secrets, namespace: [exactly(namespace)] };
  const named: Filter = { ...inNamespace, verb: READS, name: [exactly(about)] };
  const lists: Filter = { ...secrets, verb: ['list', 'watch'] };
  const times = timesOf(question, options.now);
  const [readers, listers] = await Promise.all([
    byUser(search, queryOf(named, times)),
    byUser(search, queryOf(lists, times, [unnamed(namespace)])),
  ]);
  return {
    question,
    sentence: sentence(question, readers),
    found: [...readers.users, ...listers.users].reduce((sum, { requests }) => sum + requests, 0),
    tables: [
      ...userTable(`Read ${about} by its name`, readers, named),
      ...userTable('Listed or watched secrets, this one among them if it was there', listers, lists),
    ],
    ...(readers.users.length + listers.users.length > 0 && { legend: COUNTED }),
    notes: [
      ...unrecorded(options.policies, [{ verbs: READS, group: '', resource: 'secrets' }]),
      'Pods that mount a secret get it from the kubelet: that is a read of a user system:node:…',
    ],
    filter: named,
  };
}

/** A list that would have shown it. */
function unnamed(namespace: string | undefined): Clause {
  const must_not = [{ exists: { field: 'orchestrator.resource.name' } }];
  if (namespace === undefined) return { bool: { must_not } };
  const elsewhere = {
    bool: {
      filter: { exists: { field: 'orchestrator.namespace' } },
      must_not: { term: { 'orchestrator.namespace': namespace } },
    },
  };
  return { bool: { must_not: [...must_not, elsewhere] } };
}

function sentence({ about }: Question, { users }: ByUser): string {
  const [last] = users.toSorted((a, b) => b.last - a.last);
  if (last === undefined) return `Nobody is on record who read the secret ${about} by its name.`;
  const count = users.reduce((sum, each) => sum + each.requests, 0);
  const who = users.length === 1 ? 'One user' : `${users.length} users`;
  return `${who} asked for the secret ${about}, ${count === 1 ? 'once' : `${count} times`}; last ${last.person} at ${timeText(last.last)} UTC.`;
}
