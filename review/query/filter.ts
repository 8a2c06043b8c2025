import { isIP } from 'node:net';

/** What a reader wants to see. Values of one key are alternatives; what is said under several keys must all hold. */
export interface Filter {
  /** ISO text in UTC, or how long ago: `7d`. Absent: from the first event on. */
  readonly from?: string;
  /** As `from`; exclusive. Absent: up to the newest event. */
  readonly to?: string;
  readonly cluster: readonly string[];
  /** A user name, the person behind a role (its session's name), or whom somebody impersonated. `*` stands for anything. */
  readonly user: readonly string[];
  readonly verb: readonly string[];
  /** As kubectl writes it: `networkpolicies`, `networkpolicies.networking.k8s.io`, `pods/exec`, `pods.core`. */
  readonly kind: readonly string[];
  readonly namespace: readonly string[];
  readonly name: readonly string[];
  /** `success`, `failure` or `unknown`. */
  readonly outcome: readonly string[];
  /** An address or a range of them (`10.0.0.0/8`) that the API server saw. */
  readonly address: readonly string[];
  /** As `address`; also what a proxy or the caller says, which nobody has checked. */
  readonly claimed: readonly string[];
  /** An audit ID: the stages of one request. */
  readonly request: readonly string[];
  /** Words that `message` must hold, all of them. Bodies are not searched. */
  readonly text?: string;
}

/** The keys that take several values. */
export const KEYS = [
  'cluster',
  'user',
  'verb',
  'kind',
  'namespace',
  'name',
  'outcome',
  'address',
  'claimed',
  'request',
] as const satisfies readonly (keyof Filter)[];
export type Key = (typeof KEYS)[number];

export const OUTCOMES = ['success', 'failure', 'unknown'] as const;

/** Shows everything. */
export const ALL: Filter = {
  cluster: [],
  user: [],
  verb: [],
  kind: [],
  namespace: [],
  name: [],
  outcome: [],
  address: [],
  claimed: [],
  request: [],
};

export type Clause = object;

const AUDIT = 'kubernetes.audit';

/** The fields that a key looks at; more than one where a person is known by several names. */
const FIELDS: Readonly<Record<Exclude<Key, 'kind' | 'address' | 'claimed'>, readonly string[]>> = {
  cluster: ['orchestrator.cluster.name'],
  user: ['user.name', 'related.user', `${AUDIT}.user.extra.sessionName`, `${AUDIT}.impersonatedUser.username`],
  verb: ['event.action'],
  namespace: ['orchestrator.namespace'],
  name: ['orchestrator.resource.name'],
  outcome: ['event.outcome'],
  request: [`${AUDIT}.auditID`],
};

/** For a pattern fewer, since each costs: `related.user` has the others, but not in the oldest documents the session's. */
const PATTERN_FIELDS: Partial<Record<Key, readonly string[]>> = {
  user: ['related.user', `${AUDIT}.user.extra.sessionName`],
};

/** Of type `ip`: they take a range, and no pattern. */
const ADDRESSES = { address: 'source.ip', claimed: 'related.ip' } as const;

/** A range of time in milliseconds, the end exclusive; undefined: open. */
export interface Times {
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/** One clause for each key that is set, `time` and `text` among them. */
export function clausesOf(filter: Filter, times: Times): ReadonlyMap<Key | 'time' | 'text', Clause> {
  const clauses = new Map<Key | 'time' | 'text', Clause>();
  const range = timeClause(times);
  if (range !== undefined) clauses.set('time', range);
  for (const key of KEYS) {
    const values = filter[key];
    if (values.length > 0) clauses.set(key, either(values.map((value) => clauseOf(key, value))));
  }
  if (filter.text !== undefined) clauses.set('text', { match: { message: { query: filter.text, operator: 'and' } } });
  return clauses;
}

/** All clauses as one query, and these besides. */
export function queryOf(filter: Filter, times: Times, others: readonly Clause[] = []): Clause {
  return { bool: { filter: [...clausesOf(filter, times).values(), ...others] } };
}

function timeClause({ from, to }: Times, field = '@timestamp'): Clause | undefined {
  if (from === undefined && to === undefined) return undefined;
  const bounds = { ...(from === undefined ? {} : { gte: from }), ...(to === undefined ? {} : { lt: to }) };
  return { range: { [field]: { ...bounds, format: 'epoch_millis' } } };
}

function clauseOf(key: Key, value: string): Clause {
  if (key === 'kind') return kindClause(value);
  if (key === 'address' || key === 'claimed') return { term: { [ADDRESSES[key]]: value } };
  if (starsIn(value) === 0) return either(FIELDS[key].map((field) => ({ term: { [field]: plain(value) } })));
  const pattern = { value: forWildcard(value), case_insensitive: true };
  return either((PATTERN_FIELDS[key] ?? FIELDS[key]).map((field) => ({ wildcard: { [field]: pattern } })));
}

/** Whether it holds a pattern under this key. */
export function hasPattern(filter: Filter, key: Key): boolean {
  return filter[key].some((value) => key !== 'kind' && starsIn(value) > 0);
}

export function either(clauses: readonly Clause[]): Clause {
  const [first] = clauses;
  return clauses.length === 1 && first !== undefined ? first : { bool: { should: clauses, minimum_should_match: 1 } };
}

/** Stars that no backslash takes their meaning from. */
export function starsIn(value: string): number {
  return value.replaceAll(/\\[\\*]/g, '').split('*').length - 1;
}

/** `?` stands for itself with us, and for any character with Elasticsearch. */
function forWildcard(value: string): string {
  return value.replaceAll('?', '\\?');
}

/** The very text that a value without a star means. */
export function plain(value: string): string {
  return value.replaceAll(/\\([\\*])/g, '$1');
}

/** The value of a filter that means this very text, whatever stars are in it. */
export function exactly(text: string): string {
  return text.replaceAll(/[\\*]/g, '\\$&');
}

/** A kind of object, or what is done to one. */
export interface Kind {
  readonly resource: string;
  /** undefined: of any group; empty: the core group. */
  readonly group?: string;
  readonly subresource?: string;
}

export function parseKind(text: string): Kind {
  const [type = '', subresource] = text.split('/', 2);
  const dot = type.indexOf('.');
  const group = dot < 0 ? undefined : type.slice(dot + 1);
  return {
    resource: dot < 0 ? type : type.slice(0, dot),
    ...(group === undefined ? {} : { group: group === 'core' ? '' : group }),
    ...(subresource === undefined ? {} : { subresource }),
  };
}

export function kindText({ resource, group, subresource }: Kind): string {
  const dotted = group === undefined ? '' : `.${group === '' ? 'core' : group}`;
  return `${resource}${dotted}${subresource === undefined ? '' : `/${subresource}`}`;
}

function kindClause(text: string): Clause {
  const { resource, group, subresource } = parseKind(text);
  const field = (name: string) => `${AUDIT}.objectRef.${name}`;
  const filter: Clause[] = [{ term: { [field('resource')]: resource } }];
  const must_not: Clause[] = [];
  if (group === '') must_not.push({ exists: { field: field('apiGroup') } });
  else if (group !== undefined) filter.push({ term: { [field('apiGroup')]: group } });
  if (subresource !== undefined) filter.push({ term: { [field('subresource')]: subresource } });
  return { bool: { filter, must_not } };
}

/** An address as Elasticsearch takes it, alone or with the length of a prefix. */
export function isAddress(text: string): boolean {
  const [address = '', length, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || more.length > 0) return false;
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= (version === 4 ? 32 : 128));
}
