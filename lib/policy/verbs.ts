import type { Rule } from '../../lambda/core/policy/policy.ts';
import { nearest } from '../problems/nearest.ts';

/** As the API server names requests for resources. `pods/exec` is a create or a get, and HEAD is a get. */
const OF_RESOURCES = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];
/** Requests for paths have their HTTP method in lower case. */
const OF_PATHS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options', 'connect', 'trace'];
const OF_RBAC = ['impersonate', 'bind', 'escalate', 'use', 'approve', 'sign', 'attest'];

const MEANT: Readonly<Record<string, string>> = {
  read: 'get, list and watch',
  write: 'create, update, patch, delete and deletecollection',
  post: 'create',
  put: 'update',
  connect: 'create and get of pods/exec, pods/attach and pods/portforward',
  exec: 'create and get of pods/exec',
};

/** Why no request has this verb, as far as the rule can match it. */
export function doubtOfVerb(verb: string, { resources, namespaces, nonResourceURLs }: Rule): string | undefined {
  const isOfResources = resources.length > 0 || namespaces.length > 0;
  const isOfPaths = !isOfResources && nonResourceURLs.length > 0;
  const known = isOfResources ? OF_RESOURCES : isOfPaths ? OF_PATHS : [...OF_RESOURCES, ...OF_PATHS];
  // A request for a resource by OPTIONS has none.
  if (known.includes(verb) || (verb === '' && !isOfPaths)) return undefined;
  if (verb === '*') return '"*" is no wildcard here: leave verbs out to match all of them';
  const none = `no request for a ${isOfPaths ? 'path' : 'resource'} has the verb ${JSON.stringify(verb)}`;
  const lower = verb.toLowerCase();
  if (OF_RBAC.includes(lower)) return `${none}, which RBAC alone knows: remove it`;
  const meant = known.includes(lower) ? lower : isOfPaths ? undefined : MEANT[lower];
  const near = meant ?? nearest(verb, known);
  return near === undefined ? `${none}: expected some of ${known.join(', ')}` : `${none}: did you mean ${near}?`;
}
