import { BODIES } from '../../policy/reduce.ts';
import type { FieldType } from '../fit.ts';
import type { Field } from '../recorded.ts';

/** Objects of a body, and what is taken of each. Lists on the way (containers, volumes, rules) have no step of their own. */
const PARTS: readonly (readonly [object: string, type: FieldType, names: readonly string[]])[] = [
  ['metadata', 'keyword', ['name', 'generateName', 'namespace', 'uid', 'resourceVersion']],
  ['metadata', 'long', ['generation']],
  ['spec', 'keyword', ['type', 'serviceAccountName', 'restartPolicy']],
  ['spec', 'boolean', ['hostNetwork', 'hostIPC', 'hostPID']],
  ['spec.volumes.hostPath', 'keyword', ['path', 'type']],
  ['spec.securityContext', 'long', ['runAsUser', 'runAsGroup']],
  ['spec.securityContext', 'boolean', ['runAsNonRoot']],
  ['spec.containers', 'keyword', ['image', 'command']],
  ['spec.containers.securityContext', 'keyword', ['procMount']],
  ['spec.containers.securityContext.capabilities', 'keyword', ['add']],
  ['spec.containers.securityContext', 'boolean', ['privileged', 'allowPrivilegeEscalation', 'runAsNonRoot']],
  ['spec.containers.securityContext', 'long', ['runAsUser', 'runAsGroup']],
  ['rules', 'keyword', ['verbs', 'resources', 'apiGroups', 'resourceNames', 'nonResourceURLs']],
  ['roleRef', 'keyword', ['name', 'kind', 'apiGroup']],
  ['subjects', 'keyword', ['kind', 'name', 'namespace']],
];

/**
 * What is indexed of the two bodies. The bodies themselves are not: labels with dots, keys without a name and one key
 * of two types are conflicts waiting to happen. Of a list or a table that is read, no item is looked into.
 */
export const bodies: readonly Field[] = BODIES.flatMap((body) =>
  PARTS.flatMap(([object, type, names]) =>
    names.map((name) => {
      const path = [body, ...object.split('.'), name];
      return { path: ['kubernetes', 'audit', ...path], type, since: 2, each: path };
    }),
  ),
);
