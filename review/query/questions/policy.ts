import { at, textAt } from '../../../lambda/core/json.ts';
import type { AuditSearch } from '../../../lib/elasticsearch/search.ts';
import { CHANGING } from '../change.ts';
import { type ChangeLog, changeLog } from '../change-log.ts';
import type { Entry } from '../entry.ts';
import { bucketsOf } from '../facets.ts';
import { exactly, type Filter, queryOf } from '../filter.ts';
import { timesOf } from '../filter-text.ts';
import { keyOf, type ObjectKey, objectFilter, objectText } from '../object.ts';
import { personText } from '../person.ts';
import { timeText } from './by-user.ts';
import type { Answer, AnswerRow, AnswerTable, AskOptions, Question } from './question.ts';
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
/** Of one of them. */
const ROWS = 200;

/** What changed a policy, by whom. */
export async function aboutPolicy(
  search: AuditSearch,
  question: Question,
  { now, policies }: AskOptions,
): Promise<Answer> {
  const { namespace, name } = partsOf(question);
  const filter: Filter = {
    ...scopeOf(question),
    kind: [...POLICIES],
    verb: CHANGING,
    name: name === undefined ? [] : [exactly(name), exactly(`default.${name}`)],
    ...(namespace === undefined ? {} : { namespace: [exactly(namespace)] }),
  };
  const times = timesOf(question, now);
  const keys = await objectsOf(search, filter);
  const found: Found[] = [];
  for (const key of keys.slice(0, OBJECTS)) found.push(await logOf(search, key, times.from ?? 0));
  const logs = found.map(({ log }) => log);
  const isWithin = ({ row }: Entry) => (times.from ?? 0) <= row.time && row.time < (times.to ?? Infinity);
  const isPart = keys.length > OBJECTS || found.some(({ upTo }) => upTo !== undefined);
  const tables = logs.map((log) => tableOf(log, isWithin, keys.length > 1));
  const notes = [
    ...(keys.length > OBJECTS
      ? [`${keys.length} policies are meant: the ${OBJECTS} changed last are shown, their events show all.`]
      : []),
    ...found.flatMap(({ log, upTo }) => (upTo === undefined ? [] : [cutText(log.key, upTo)])),
    ...unchangedText(logs, isWithin),
    ...notesOf(logs),
    ...unrecorded(policies, [
      { verbs: CHANGING, group: 'networking.k8s.io', resource: 'networkpolicies' },
      { verbs: CHANGING, group: 'projectcalico.org', resource: 'globalnetworkpolicies' },
    ]),
  ];
  return {
    question,
    sentence: sentence(toldOf(question), changesIn(logs, isWithin), isPart),
    found: changesIn(logs, isWithin).length,
    tables: tables.filter((each) => each.rows.length > 0),
    notes,
    filter,
  };
}

const SOURCES = {
  cluster: 'orchestrator.cluster.name',
  group: 'kubernetes.audit.objectRef.apiGroup',
  resource: 'kubernetes.audit.objectRef.resource',
  namespace: 'orchestrator.namespace',
  name: 'orchestrator.resource.name',
} as const;

/** The objects of the name, changed last first, whenever that was: a deletion of many names none of them. */
async function objectsOf(search: AuditSearch, filter: Filter): Promise<readonly ObjectKey[]> {
  const sources = Object.entries(SOURCES).map(([key, field]) => ({
    [key]: { terms: { field, missing_bucket: true } },
  }));
  const { from: _, to: __, ...anytime } = filter;
  const body = {
    size: 0,
    query: queryOf(anytime, { from: undefined, to: undefined }),
    track_total_hits: false,
    aggs: { objects: { composite: { size: 1000, sources }, aggs: { last: { max: { field: '@timestamp' } } } } },
  };
  const buckets = bucketsOf(at(await search.search(body), 'aggregations', 'objects'));
  const latest = buckets.toSorted((a, b) => Number(at(b, 'last', 'value')) - Number(at(a, 'last', 'value')));
  const keys = latest.map(keyIn).map((key) => [JSON.stringify(key), key] as const);
  // A deletion of many names none.
  return [...new Map(keys).values()].filter(({ name }) => name !== '');
}

function keyIn(bucket: unknown): ObjectKey {
  const part = (name: keyof typeof SOURCES) => textAt(bucket, 'key', name);
  const [cluster, group, resource, name] = (['cluster', 'group', 'resource', 'name'] as const).map(
    (each) => part(each) ?? '',
  );
  const namespace = part('namespace');
  return keyOf({
    cluster: cluster ?? '',
    group: group ?? '',
    resource: resource ?? '',
    name: name ?? '',
    ...(namespace === undefined ? {} : { namespace }),
  });
}

interface Found {
  readonly log: ChangeLog;
  /** Milliseconds: what is older was not looked at. Absent: all of it was. */
  readonly upTo?: number;
}

/** Pages of a change log. */
const PAGES = 10;

/** What became of it since a time: milliseconds. */
async function logOf(search: AuditSearch, key: ObjectKey, from: number): Promise<Found> {
  let { lives, next } = await changeLog(search, key);
  for (let page = 1; page < PAGES && next !== undefined && next[0] >= from; page += 1) {
    const older = await changeLog(search, key, { after: next });
    lives = [...lives, ...older.lives];
    next = older.next;
  }
  return { log: { key, lives }, ...(next !== undefined && next[0] >= from ? { upTo: next[0] } : {}) };
}

function cutText(key: ObjectKey, upTo: number): string {
  return `Of ${objectText(key)} on ${key.cluster} only events back to ${timeText(upTo)} UTC were looked at: its change log goes on with older ones.`;
}

function unchangedText(logs: readonly ChangeLog[], isWithin: (entry: Entry) => boolean): readonly string[] {
  const count = logs.flatMap(entriesOf).filter((entry) => isWithin(entry) && entry.kind === 'no change').length;
  if (count === 0) return [];
  return [
    count === 1
      ? 'One update that changed nothing is not listed.'
      : `${count} updates that changed nothing are not listed.`,
  ];
}

interface Parts {
  readonly namespace: string | undefined;
  /** undefined: each. */
  readonly name: string | undefined;
}

/** `shop/allow-web` names the namespace, too; `shop/` and `*` name each policy. */
function partsOf({ about, namespace }: Question): Parts {
  const slash = about.indexOf('/');
  const [space, name] = slash < 0 ? [namespace, about] : [about.slice(0, slash) || namespace, about.slice(slash + 1)];
  return { namespace: space, name: name === '' || name === '*' ? undefined : name };
}

function toldOf(question: Question): string {
  const { namespace, name } = partsOf(question);
  if (name !== undefined) return name;
  return namespace === undefined ? 'network policies' : `network policies in ${namespace}`;
}

function entriesOf({ lives }: ChangeLog): readonly Entry[] {
  return lives.flatMap(({ entries }) => entries);
}

function tableOf(log: ChangeLog, isWithin: (entry: Entry) => boolean, isOneOfMany: boolean): AnswerTable {
  const rows = entriesOf(log)
    .filter((entry) => isWithin(entry) && entry.kind !== 'no change')
    .map((entry) => ({ cells: cellsOf(entry), filter: rowFilter(log.key, entry), ...differenceOf(entry) }));
  const title = `${objectText(log.key)}${isOneOfMany ? ` on ${log.key.cluster}` : ''}`;
  return {
    title,
    columns: ['when (UTC)', 'who', 'what'],
    rows: rows.slice(0, ROWS),
    more: Math.max(0, rows.length - ROWS),
  };
}

function cellsOf({ row, summary, details }: Entry): readonly string[] {
  const what = details.length > 1 ? details.join('; ') : summary;
  return [
    timeText(row.time),
    personText(row.who),
    details.length > 1 && summary === 'created' ? `created: ${what}` : what,
  ];
}

/** What it changed, where there is a version to show. */
function differenceOf({ row, kind, before }: Entry): Pick<AnswerRow, 'difference'> {
  if (kind !== 'version' && before === undefined) return {};
  return { difference: { after: row.id, ...(before && { before: before.id }) } };
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
  'may have been deleted',
]);

function changesIn(logs: readonly ChangeLog[], isWithin: (entry: Entry) => boolean): readonly Entry[] {
  return logs.flatMap(entriesOf).filter((entry) => isWithin(entry) && CHANGED.has(entry.kind));
}

function sentence(name: string, changes: readonly Entry[], isPart: boolean): string {
  const [last] = changes.toSorted((a, b) => b.row.time - a.row.time);
  if (last === undefined) return `No change of ${name} is on record.`;
  const times = changes.length === 1 ? 'one change' : `${changes.length} changes`;
  const told = `${isPart ? 'At least ' : ''}${times} of ${name}`;
  return `${told}; last by ${personText(last.row.who)} at ${timeText(last.row.time)} UTC: ${last.summary}.`;
}
