import { isObject } from '../json.ts';
import { percentDecoded } from './percent.ts';

/** What the API server knew of a request when it judged it, recovered from the recorded event. */
export interface Attributes {
  /** undefined: not authenticated; then no rule with `users` or `userGroups` matches. */
  readonly user: { readonly name: string; readonly groups: readonly string[] } | undefined;
  readonly verb: string;
  readonly isResource: boolean;
  readonly namespace: string;
  readonly apiGroup: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  /** Decoded, without the query. */
  readonly path: string;
}

/** Whatever has an unexpected type counts as absent. */
export function attributesOf(event: unknown): Attributes {
  const record = isObject(event) ? event : {};
  const ref = isObject(record.objectRef) ? record.objectRef : undefined;
  const verb = text(record.verb);
  const path = pathOf(text(record.requestURI));
  return {
    user: userOf(record.user),
    verb,
    isResource: ref !== undefined,
    namespace: text(ref?.namespace),
    apiGroup: text(ref?.apiGroup),
    resource: text(ref?.resource),
    subresource: text(ref?.subresource),
    name: nameAtDecision(text(ref?.name), verb, path),
    path,
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function userOf(user: unknown): Attributes['user'] {
  if (!isObject(user)) return undefined;
  const name = text(user.username);
  const groups = Array.isArray(user.groups) ? user.groups.filter((group) => typeof group === 'string') : [];
  return name === '' && groups.length === 0 && text(user.uid) === '' ? undefined : { name, groups };
}

/** A create was judged before its body was read, and `objectRef.name` filled in from the body later. */
function nameAtDecision(name: string, verb: string, path: string): string {
  return verb !== 'create' || name === '' || nameInPath(path) === name ? name : '';
}

const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);

/** `/api/v1/namespaces/{namespace}/{resource}/{name}/…`, or `/apis/{group}/{version}/…` likewise. */
function nameInPath(path: string): string | undefined {
  // Seven: none behind is looked at.
  const parts = withoutSlashes(path).split('/', 7);
  const rest = parts.slice(parts[0] === 'api' ? 2 : 3);
  const [first, , third] = rest;
  const inNamespace = first === 'namespaces' && third !== undefined && !NAMESPACE_SUBRESOURCES.has(third);
  return inNamespace ? rest[3] : rest[1];
}

/** Without those at both ends. A pattern would look for the end anew from each slash of a long run. */
function withoutSlashes(path: string): string {
  let start = 0;
  let end = path.length;
  while (start < end && path.charAt(start) === '/') start += 1;
  while (end > start && path.charAt(end - 1) === '/') end -= 1;
  return path.slice(start, end);
}

function pathOf(uri: string): string {
  const query = uri.indexOf('?');
  const path = query < 0 ? uri : uri.slice(0, query);
  return percentDecoded(path);
}
