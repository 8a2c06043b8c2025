import { at, type JsonObject, textAt } from '../../json.ts';

/** ECS's words for an audit event: what kind of thing happened, and how it ended. */

export function outcome(event: JsonObject): 'success' | 'failure' | 'unknown' {
  if (textAt(event, 'annotations', 'authorization.k8s.io/decision') === 'forbid') return 'failure';
  const code = at(event, 'responseStatus', 'code');
  if (typeof code !== 'number') return 'unknown';
  return code >= 400 ? 'failure' : 'success';
}

const TYPES: Readonly<Record<string, string>> = {
  create: 'creation',
  update: 'change',
  patch: 'change',
  delete: 'deletion',
  deletecollection: 'deletion',
  get: 'access',
  list: 'access',
  watch: 'access',
};

export function types(event: JsonObject): readonly string[] {
  const verb = textAt(event, 'verb') ?? '';
  const type = (Object.hasOwn(TYPES, verb) ? TYPES[verb] : undefined) ?? 'info';
  return textAt(event, 'annotations', 'authorization.k8s.io/decision') === 'forbid' ? [type, 'denied'] : [type];
}

const IAM = new Set(['serviceaccounts', 'users', 'groups', 'certificatesigningrequests']);
const AUTHENTICATION = new Set(['tokenreviews', 'tokenrequests', 'selfsubjectreviews']);
const PROCESS = new Set(['exec', 'attach']);
const WRITES = new Set(['creation', 'change', 'deletion']);

/** `api` always; more where the resource says so. */
export function categories(event: JsonObject): readonly string[] {
  const group = textAt(event, 'objectRef', 'apiGroup') ?? '';
  const resource = textAt(event, 'objectRef', 'resource') ?? '';
  const subresource = textAt(event, 'objectRef', 'subresource') ?? '';
  const found = ['api'];
  if (group === 'rbac.authorization.k8s.io' || IAM.has(resource)) found.push('iam');
  if (AUTHENTICATION.has(resource) || at(event, 'responseStatus', 'code') === 401) found.push('authentication');
  if (PROCESS.has(subresource)) found.push('process');
  if (types(event).some((type) => WRITES.has(type)) && !PROCESS.has(subresource)) found.push('configuration');
  return found;
}
