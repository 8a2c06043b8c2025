import type { Row, Who } from '../query/row.ts';
import { plainShown } from './shown.ts';

/** What an event did, in words that need no knowledge of the API. */

const VERBS: Readonly<Record<string, readonly [done: string, tried: string]>> = {
  create: ['created', 'create'],
  update: ['updated', 'update'],
  patch: ['patched', 'patch'],
  apply: ['applied', 'apply'],
  delete: ['deleted', 'delete'],
  deletecollection: ['deleted all of', 'delete all of'],
  get: ['read', 'read'],
  list: ['listed', 'list'],
  watch: ['watched', 'watch'],
  post: ['posted to', 'post to'],
  put: ['put to', 'put to'],
  head: ['asked about', 'ask about'],
};

/** What a request for a part of an object means, whatever the verb. */
const PARTS: Readonly<Record<string, readonly [done: string, tried: string]>> = {
  'pods/exec': ['ran a command in', 'run a command in'],
  'pods/attach': ['attached to', 'attach to'],
  'pods/portforward': ['forwarded a port of', 'forward a port of'],
  'pods/eviction': ['evicted', 'evict'],
  'pods/binding': ['placed on a node', 'place on a node'],
  'serviceaccounts/token': ['got a token of', 'get a token of'],
};

type Done = Pick<Row, 'verb' | 'kind' | 'outcome' | 'isDryRun'>;

/** `patched`, `tried to read`, `rehearsed to delete`. */
export function deed({ verb, kind, outcome, isDryRun }: Done): string {
  const part = kind?.subresource === undefined ? undefined : `${kind.resource}/${kind.subresource}`;
  const [done, tried] = (part === undefined ? undefined : own(PARTS, part)) ??
    own(VERBS, verb) ?? [plainShown(verb), plainShown(verb)];
  if (outcome === 'failure') return `tried to ${tried}`;
  return isDryRun ? `rehearsed (dry run): ${tried}` : done || 'did something to';
}

/** The kind, and behind it its group, without what every reader knows. */
export function kindParts({ kind, uri }: Pick<Row, 'kind' | 'uri'>): {
  readonly resource: string;
  readonly group: string;
} {
  if (kind === undefined) return { resource: uri?.split('?')[0] ?? 'something', group: '' };
  const { resource, group = '', subresource } = kind;
  const isSaid = subresource === undefined || own(PARTS, `${resource}/${subresource}`) !== undefined;
  return { resource: isSaid ? resource : `${resource}/${subresource}`, group: group === '' ? '' : `.${group}` };
}

export function kindWords(row: Pick<Row, 'kind' | 'uri'>): string {
  const { resource, group } = kindParts(row);
  return resource + group;
}

/** What IAM Identity Center puts around the name of a permission set. */
const PERMISSION_SET = /^AWSReservedSSO_(.+)_[0-9a-f]{16}(?=\/)/;

/** A caller, as a person would name him. */
export function person({ name, session }: Who): string {
  if (name === '') return session ?? 'nobody known';
  // A node's session is its instance, whose name says less.
  const isMore = session !== undefined && !name.startsWith('system:');
  return isMore && (name.endsWith(`/${session}`) || !name.includes(session)) ? session : shorter(name);
}

/** A name without what stands before a service account's, and in a role's. */
export function shorter(name: string): string {
  return name
    .replace(/^system:serviceaccount:([^:]+):/, '$1/')
    .replace(/^arn:aws[\w-]*:(?:sts|iam)::\d{12}:(?:assumed-role|role|user)\//, '')
    .replace(PERMISSION_SET, '$1');
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'bad request',
  401: 'not signed in',
  403: 'forbidden',
  404: 'not found',
  405: 'not possible',
  409: 'conflict',
  410: 'gone',
  415: 'wrong type',
  422: 'invalid',
  429: 'too many requests',
  500: 'error',
  503: 'unavailable',
  504: 'timed out',
};

/** How it ended, in one or two words; the code stands beside it. */
export function ending({ outcome, code }: Pick<Row, 'outcome' | 'code'>): string {
  if (outcome === 'success') return code === 101 ? 'connected' : 'done';
  if (outcome === 'unknown') return 'not known';
  return (code === undefined ? undefined : REASONS[code]) ?? 'failed';
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
