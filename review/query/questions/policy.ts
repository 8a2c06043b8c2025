import type { AuditSearch } from '../../../lib/elasticsearch/search.ts';
import { CHANGING } from '../change.ts';
import { type ChangeLog, changeLog } from '../change-log.ts';
import type { Entry } from '../entry.ts';
import { exactly, type Filter } from '../filter.ts';
import { timesOf } from '../filter-text.ts';
import { type ObjectKey, objectFilter, objectOf, objectText } from '../object.ts';
import { personText } from '../person.ts';
import { timelinePage } from '../timeline.ts';
import { timeText } from './by-user.ts';
import type { Answer, AnswerTable, AskOptions, Question } from './question.ts';
import { unrecorded } from './recorded.ts';
import { scopeOf } from './scope.ts';

/** Kinds that decide over network traffic, Calico's among them. */
export const POLICIES = [
  'networkpolicies',
  'globalnetworkpolicies',
  'stagednetworkpolicies',
  'stagedglobalnetworkpolicies',
  'stagedkubernetesnetworkpolicies',
  'adminnetworkpolicies',
  'baselineadminnetworkpolicies',
  'globalnetworksets',
  'networksets',
  'tiers',
] as const;

/** Objects of one name: of several namespaces, clusters and kinds. */
const OBJECTS = 10;
const ROWS = 200;

/** What changed a policy, by whom. */
export async function aboutPolicy(
  search: AuditSearch,
  question: Question,
  { now, policy }: AskOptions,
): Promise<Answer> {
  const { namespace, name } = partsOf(question);
  const filter: Filter = {
    ...scopeOf(question),
    kind: [...POLICIES],
    verb: CHANGING,
    name: [exactly(name), exactly(`default.${name}`)],
    ...(namespace === undefined ? {} : { namespace: [exactly(namespace)] }),
  };
  const times = timesOf(question, now);
  const { rows } = await timelinePage(search, filter, times, { size: ROWS });
  const keys = new Map(rows.flatMap((row) => objectOf(row) ?? []).map((key) => [JSON.stringify(key), key]));
  const logs: ChangeLog[] = [];
  for (const key of [...keys.values()].slice(0, OBJECTS)) logs.push(await changeLog(search, key));
  const isWithin = ({ row }: Entry) => (times.from ?? 0) <= row.time && row.time < (times.to ?? Infinity);
  const tables = logs.map((log) => tableOf(log, isWithin, keys.size > 1));
  const notes = [
    ...(keys.size > OBJECTS ? [`${keys.size} policies have that name: the ${OBJECTS} changed last are shown.`] : []),
    ...notesOf(logs),
    ...unrecorded(policy, [
      { verbs: CHANGING, group: 'networking.k8s.io', resource: 'networkpolicies' },
      { verbs: CHANGING, group: 'projectcalico.org', resource: 'globalnetworkpolicies' },
    ]),
  ];
  return {
    question,
    sentence: sentence(name, logs, isWithin),
    found: changesIn(logs, isWithin).length,
    tables: tables.filter((each) => each.rows.length > 0),
    notes,
    filter,
  };
}

/** `shop/allow-web` names the namespace, too. */
function partsOf({ about, namespace }: Question): { readonly namespace: string | undefined; readonly name: string } {
  const slash = about.indexOf('/');
  if (slash < 0) return { namespace, name: about };
  return { namespace: about.slice(0, slash), name: about.slice(slash + 1) };
}

function entriesOf({ lives }: ChangeLog): readonly Entry[] {
  return lives.flatMap(({ entries }) => entries);
}

function tableOf(log: ChangeLog, isWithin: (entry: Entry) => boolean, isOneOfMany: boolean): AnswerTable {
  const rows = entriesOf(log)
    .filter(isWithin)
    .map((entry) => ({ cells: cellsOf(entry), filter: rowFilter(log.key, entry) }));
  const title = `${objectText(log.key)}${isOneOfMany ? ` on ${log.key.cluster}` : ''}`;
  return { title, columns: ['when (UTC)', 'who', 'what'], rows, more: 0 };
}

function cellsOf({ row, summary, details }: Entry): readonly string[] {
  const what = details.length > 1 ? details.join('; ') : summary;
  return [
    timeText(row.time),
    personText(row.who),
    details.length > 1 && summary === 'created' ? `created: ${what}` : what,
  ];
}

function rowFilter(key: ObjectKey, { row }: Entry): Filter {
  return row.request === undefined ? objectFilter(key) : { ...objectFilter(key), request: [exactly(row.request)] };
}

function notesOf(logs: readonly ChangeLog[]): readonly string[] {
  return [...new Set(logs.flatMap(entriesOf).flatMap(({ notes }) => notes))];
}

const CHANGED = new Set<Entry['kind']>([
  'version',
  'unknown change',
  'deleted',
  'deletion requested',
  'deleted with a collection',
]);

function changesIn(logs: readonly ChangeLog[], isWithin: (entry: Entry) => boolean): readonly Entry[] {
  return logs.flatMap(entriesOf).filter((entry) => isWithin(entry) && CHANGED.has(entry.kind));
}

function sentence(name: string, logs: readonly ChangeLog[], isWithin: (entry: Entry) => boolean): string {
  const changes = changesIn(logs, isWithin);
  const [last] = changes.toSorted((a, b) => b.row.time - a.row.time);
  if (last === undefined) return `No change of a policy called ${name} is on record.`;
  const times = changes.length === 1 ? 'one change' : `${changes.length} changes`;
  return `${times} of ${name}; last by ${personText(last.row.who)} at ${timeText(last.row.time)} UTC: ${last.summary}.`;
}
