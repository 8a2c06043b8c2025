import { at, type JsonObject, textAt } from '../../lambda/core/json.ts';
import { applyPolicy } from '../../lambda/core/policy/evaluate.ts';
import type { Policy } from '../../lambda/core/policy/policy.ts';
import { DAY } from '../../lambda/core/time.ts';
import type { AuditSearch } from '../../lib/elasticsearch/search.ts';
import { CHANGING } from './change.ts';
import { bucketsOf, countOf } from './facets.ts';
import { ALL, type Clause, type Filter, queryOf } from './filter.ts';
import { POLICIES } from './questions/policy.ts';
import { type Row, rowOf } from './row.ts';
import { hitsOf, pageBody } from './timeline.ts';

/** One chapter of a month's report. */
export interface Chapter {
  readonly title: string;
  /** What is counted, and what is not: a sentence. */
  readonly says: string;
  readonly total: number;
  /** Events of each day of the range, in their order. */
  readonly days: readonly number[];
  /** Most first. */
  readonly users: readonly UserCount[];
  /** Users of whom nothing is said; their events. */
  readonly otherUsers: number;
  readonly objects: readonly Count[];
  readonly namespaces: readonly Count[];
  /** The newest, newest first. */
  readonly rows: readonly Row[];
  /** Clusters whose audit policy drops some such events, so that none of them need not mean that there was none. */
  readonly droppedOf: readonly string[];
}

export interface Count {
  readonly text: string;
  readonly count: number;
}

interface UserCount extends Count {
  readonly namespaces: readonly Count[];
}

interface Wanted {
  readonly title: string;
  readonly says: string;
  readonly filter: Partial<Filter>;
  readonly clauses?: readonly Clause[];
  /** Events that the chapter would count, of each sort that a policy may tell apart. */
  readonly like: readonly Sample[];
}

interface Sample {
  readonly verb: string;
  readonly objectRef: JsonObject;
}

const samplesOf = (verbs: readonly string[], resource: string, more: JsonObject = {}): readonly Sample[] =>
  verbs.map((verb) => ({ verb, objectRef: { resource, namespace: 'somewhere', name: 'something', ...more } }));

const READS = ['get', 'list', 'watch'];
/** A session begins with either, as the client speaks SPDY or WebSocket. */
const OPENINGS = ['create', 'get'];
const AUDIT = 'kubernetes.audit';

export const RIGHTS_KINDS = ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'].map(
  (kind) => `${kind}.rbac.authorization.k8s.io`,
);

const NO_DRY_RUN: Clause = { bool: { must_not: { term: { [`${AUDIT}.dryRun`]: true } } } };
const FORBIDDEN: Clause = {
  bool: {
    should: [
      { terms: { [`${AUDIT}.responseStatus.code`]: [401, 403] } },
      { term: { [`${AUDIT}.annotations.authorization_k8s_io/decision`]: 'forbid' } },
    ],
    minimum_should_match: 1,
  },
};

const CHAPTERS: readonly Wanted[] = [
  {
    title: 'Changes of network policies',
    says: 'Kubernetes’ own and Calico’s that took effect; Calico’s API server stores each once more under its own name.',
    filter: { kind: POLICIES, verb: CHANGING, outcome: ['success'] },
    clauses: [NO_DRY_RUN],
    like: samplesOf(CHANGING, 'networkpolicies', { apiGroup: 'networking.k8s.io' }),
  },
  {
    title: 'Changes of rights',
    says: 'Roles and their bindings (RBAC), changes that took effect.',
    filter: { kind: RIGHTS_KINDS, verb: CHANGING, outcome: ['success'] },
    clauses: [NO_DRY_RUN],
    like: ['roles', 'rolebindings'].flatMap((kind) =>
      samplesOf(CHANGING, kind, { apiGroup: 'rbac.authorization.k8s.io' }),
    ),
  },
  {
    title: 'Commands run in pods',
    says: 'Sessions of exec, attach and port-forward that have ended; one that goes on is not among them.',
    filter: { kind: ['pods/exec', 'pods/attach', 'pods/portforward'] },
    like: ['exec', 'attach', 'portforward'].flatMap((subresource) => samplesOf(OPENINGS, 'pods', { subresource })),
  },
  {
    title: 'Denied requests',
    says: 'Refused for want of rights (403), or since nobody was signed in (401).',
    filter: {},
    clauses: [FORBIDDEN],
    like: ['pods', 'secrets'].flatMap((kind) => samplesOf([...READS, ...CHANGING], kind)),
  },
  {
    title: 'Access to secrets',
    says: 'Read, listed or watched. What a secret holds is never recorded.',
    filter: { kind: ['secrets.core'], verb: READS },
    like: samplesOf(READS, 'secrets'),
  },
];

export interface ReportOptions {
  /** Absent: all. */
  readonly clusters: readonly string[];
  readonly times: { readonly from: number; readonly to: number };
  /** The audit policies in force, as far as they are known. */
  readonly policies: readonly { readonly cluster: string; readonly policy: Policy }[];
}

/** The chapters that Elasticsearch answers. */
export async function chapters(search: AuditSearch, options: ReportOptions): Promise<readonly Chapter[]> {
  const found: Chapter[] = [];
  for (const wanted of CHAPTERS) found.push(await chapter(search, wanted, options));
  return found;
}

const ROWS = 50;
const USERS = 12;
const PLACES = 12;

/** What came before an answer is the same request once more. */
const ANSWERED: Clause = { terms: { [`${AUDIT}.stage`]: ['ResponseComplete', 'Panic'] } };

async function chapter(search: AuditSearch, wanted: Wanted, options: ReportOptions): Promise<Chapter> {
  const { clusters, times, policies } = options;
  const { title, says, clauses = [], like } = wanted;
  const filter = { ...ALL, ...wanted.filter, cluster: clusters };
  const query = queryOf(filter, times, [...clauses, ANSWERED]);
  const body = { ...pageBody(query, { size: ROWS }), track_total_hits: true, aggs: aggregations(times) };
  const answer = await search.search(body);
  const found = (name: string) => at(answer, 'aggregations', name);
  const counts = (aggregation: unknown) => bucketsOf(aggregation).map(countedOf);
  return {
    title,
    says,
    total: Number(at(answer, 'hits', 'total', 'value') ?? 0),
    days: bucketsOf(found('days')).map(countOf),
    users: bucketsOf(found('users')).map((bucket) => ({
      ...countedOf(bucket),
      namespaces: counts(at(bucket, 'namespaces')),
    })),
    otherUsers: Number(at(found('users'), 'sum_other_doc_count') ?? 0),
    objects: counts(found('objects')),
    namespaces: counts(found('namespaces')),
    rows: hitsOf(answer).map(rowOf),
    droppedOf: policies
      .filter(({ policy }) => !like.every((each) => keeps(policy, each)))
      .map(({ cluster }) => cluster),
  };
}

/** Of somebody whom no rule names, in a namespace that none names. */
function keeps(policy: Policy, like: Sample): boolean {
  const user = { username: 'somebody', groups: ['system:authenticated'] };
  return applyPolicy(policy, { level: 'RequestResponse', stage: 'ResponseComplete', user, ...like }).kind === 'kept';
}

function aggregations({ from, to }: ReportOptions['times']): object {
  const terms = (field: string, size: number) => ({ terms: { field, size } });
  const bounds = { min: from, max: to - 1 };
  return {
    days: {
      date_histogram: {
        field: '@timestamp',
        fixed_interval: `${DAY}ms`,
        min_doc_count: 0,
        extended_bounds: bounds,
        format: 'epoch_millis',
      },
    },
    users: { ...terms('user.name', USERS), aggs: { namespaces: terms('orchestrator.namespace', USERS) } },
    namespaces: terms('orchestrator.namespace', PLACES),
    objects: terms('orchestrator.resource.name', PLACES),
  };
}

function countedOf(bucket: unknown): Count {
  return { text: textAt(bucket, 'key') ?? '', count: countOf(bucket) };
}
