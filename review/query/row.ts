import { isDryRun } from '../../lambda/core/document/profiles/dry-run.ts';
import { at, type JsonObject, textAt } from '../../lambda/core/json.ts';
import { parseTime } from '../../lambda/core/time.ts';
import type { Kind } from './filter.ts';

/** An event as a list shows it. Everything in it but `id` and `index` may have been chosen by a caller. */
export interface Row {
  readonly id: string;
  readonly index: string;
  /** `@timestamp`, milliseconds. */
  readonly time: number;
  /** When the answer was complete, as the API server wrote it, to the microsecond. Absent in a truncated line. */
  readonly exact?: string;
  /** When the forwarder indexed it, milliseconds. */
  readonly ingested?: number;
  /** It came so much later than it happened that a reader may have looked already. */
  readonly isLate: boolean;
  readonly cluster: string;
  readonly who: Who;
  readonly verb: string;
  /** Absent: a request for no resource, and `uri` says which. */
  readonly kind?: Kind;
  readonly namespace?: string;
  readonly name?: string;
  readonly uri?: string;
  /** The address that the API server saw. */
  readonly observed?: string;
  /** Those that a proxy or the caller says it came from. */
  readonly claimed: readonly string[];
  readonly agent?: string;
  readonly outcome: 'success' | 'failure' | 'unknown';
  readonly code?: number;
  /** Of the status: why it failed, in the API server's words. */
  readonly reason?: string;
  /** What let or forbade it: `RBAC: allowed by …`. */
  readonly authorization?: string;
  readonly level?: string;
  readonly stage?: string;
  /** The audit ID, chosen by the caller if he likes: it links the stages of a request and proves nothing. */
  readonly request?: string;
  readonly isDryRun: boolean;
  readonly tags: readonly string[];
}

export interface Who {
  /** What the API server knew the caller as; empty: nobody known. */
  readonly name: string;
  /** Of IAM: the session's name, which is the person's where people sign in. */
  readonly session?: string;
  /** Of IAM: role and session. */
  readonly arn?: string;
  readonly impersonated?: string;
}

/** What a list fetches. Never `event.original`, which may be 1.5 MB. */
export const ROW_FIELDS: readonly string[] = [
  '@timestamp',
  'event.id',
  'event.ingested',
  'event.outcome',
  'orchestrator.cluster.name',
  'orchestrator.resource.name',
  'tags',
  ...[
    'auditID',
    'level',
    'stage',
    'verb',
    'requestURI',
    'userAgent',
    'sourceIPs',
    'claimedSourceIPs',
    'stageTimestamp',
    'dryRun',
    'user.username',
    'user.extra.sessionName',
    'user.extra.arn',
    'impersonatedUser.username',
    'objectRef',
    'responseStatus',
    'annotations.authorization_k8s_io/reason',
  ].map((field) => `kubernetes.audit.${field}`),
];

/** Milliseconds: the forwarder takes two minutes at most when all is well. */
const LATE = 5 * 60_000;

/** A hit of a search that fetched `ROW_FIELDS`. */
export function rowOf(hit: unknown): Row {
  const source = at(hit, '_source');
  const audit = at(source, 'kubernetes', 'audit');
  const time = parseTime(at(source, '@timestamp')) ?? 0;
  const ingested = parseTime(at(source, 'event', 'ingested'));
  const code = at(audit, 'responseStatus', 'code');
  return {
    id: textAt(source, 'event', 'id') ?? textAt(hit, '_id') ?? '',
    index: textAt(hit, '_index') ?? '',
    time,
    isLate: ingested !== undefined && ingested - time > LATE,
    cluster: textAt(source, 'orchestrator', 'cluster', 'name') ?? '',
    who: whoOf(audit),
    verb: textAt(audit, 'verb') ?? '',
    claimed: textsAt(audit, 'claimedSourceIPs'),
    outcome: outcomeOf(textAt(source, 'event', 'outcome')),
    isDryRun: at(audit, 'dryRun') === true,
    tags: textsAt(source, 'tags'),
    ...(ingested === undefined ? {} : { ingested }),
    ...(typeof code === 'number' ? { code } : {}),
    ...kindOf(audit),
    ...present({
      exact: textAt(audit, 'stageTimestamp'),
      namespace: textAt(audit, 'objectRef', 'namespace'),
      name: textAt(source, 'orchestrator', 'resource', 'name'),
      uri: textAt(audit, 'requestURI'),
      observed: textsAt(audit, 'sourceIPs')[0],
      agent: textAt(audit, 'userAgent'),
      reason: textAt(audit, 'responseStatus', 'message') ?? textAt(audit, 'responseStatus', 'reason'),
      authorization: textAt(audit, 'annotations', 'authorization_k8s_io/reason'),
      level: textAt(audit, 'level'),
      stage: textAt(audit, 'stage'),
      request: textAt(audit, 'auditID'),
    }),
  };
}

/** The row as its whole line tells it: an older document may not know a deletion that its body says is a rehearsal. */
export function rowIn(row: Row, event: JsonObject | undefined): Row {
  return event === undefined ? row : { ...row, isDryRun: isDryRun(event) ?? row.isDryRun };
}

function whoOf(audit: unknown): Who {
  const extra = (key: string) => textsAt(audit, 'user', 'extra', key)[0];
  const more = {
    session: extra('sessionName'),
    arn: extra('arn'),
    impersonated: textAt(audit, 'impersonatedUser', 'username'),
  };
  return { name: textAt(audit, 'user', 'username') ?? '', ...present(more) };
}

function kindOf(audit: unknown): Pick<Row, 'kind'> {
  const resource = textAt(audit, 'objectRef', 'resource');
  if (resource === undefined) return {};
  const subresource = textAt(audit, 'objectRef', 'subresource');
  const group = textAt(audit, 'objectRef', 'apiGroup') ?? '';
  return { kind: { resource, group, ...(subresource === undefined ? {} : { subresource }) } };
}

function outcomeOf(text: string | undefined): Row['outcome'] {
  return text === 'success' || text === 'failure' ? text : 'unknown';
}

/** A field of one value may stand there alone or in a list. */
export function textsAt(value: unknown, ...path: readonly string[]): readonly string[] {
  const found = at(value, ...path);
  return (Array.isArray(found) ? found : [found]).filter((each) => typeof each === 'string' && each !== '');
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without what is undefined. */
export function present<T extends object>(value: T): Present<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Present<T>;
}

interface Place {
  readonly resource?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/** `shop/allow-web`; a namespace is in itself, and called by its name once. Empty: it is of no place and no name. */
export function placeText({ resource, namespace, name }: Place): string {
  const isItself = resource === 'namespaces' && namespace === name;
  return [isItself ? undefined : namespace, name].filter((each) => each !== undefined).join('/');
}

/** Where what an event tells of stands, and what it is called. */
export function placeOf({ kind, namespace, name }: Pick<Row, 'kind' | 'namespace' | 'name'>): string {
  return placeText({ resource: kind?.resource, namespace, name });
}

/** `networkpolicies.networking.k8s.io shop/allow-web`, or the path of a request for no resource. */
export function whatText({ kind, namespace, name, uri }: Row): string {
  if (kind === undefined) return uri?.split('?')[0] ?? 'something';
  const { resource, group, subresource } = kind;
  const type = `${resource}${group ? `.${group}` : ''}${subresource === undefined ? '' : `/${subresource}`}`;
  const object = placeText({ resource, namespace, name });
  return object === '' ? type : `${type} ${object}`;
}

/** `patch networkpolicies.networking.k8s.io shop/allow-web`: what was asked for, without by whom. */
export function deedText(row: Row): string {
  return `${row.verb} ${whatText(row)}`;
}
