import type { Attributes } from './attributes.ts';
import type { GroupResources, Rule } from './policy.ts';

/** Each says whether it holds; undefined where the rule does not set it, or another takes its place. */
export const CONDITIONS = {
  users: (rule, { user }) =>
    rule.users.length === 0 ? undefined : user !== undefined && rule.users.includes(user.name),
  userGroups: (rule, { user }) =>
    rule.userGroups.length === 0 ? undefined : user?.groups.some((group) => rule.userGroups.includes(group)) === true,
  verbs: (rule, { verb }) => (rule.verbs.length === 0 ? undefined : rule.verbs.includes(verb)),
  namespaces: (rule, { isResource, namespace }) =>
    rule.namespaces.length === 0 ? undefined : isResource && rule.namespaces.includes(namespace),
  resources: (rule, attributes) =>
    rule.resources.length === 0
      ? undefined
      : attributes.isResource && rule.resources.some((entry) => matchesResource(entry, attributes)),
  nonResourceURLs: (rule, { isResource, path }) =>
    rule.nonResourceURLs.length === 0 || rule.namespaces.length > 0 || rule.resources.length > 0
      ? undefined
      : !isResource && rule.nonResourceURLs.some((url) => matchesPath(url, path)),
} as const satisfies Record<string, (rule: Rule, attributes: Attributes) => boolean | undefined>;

export type Condition = keyof typeof CONDITIONS;

const CHECKS = Object.values(CONDITIONS);

export function matches(rule: Rule, attributes: Attributes): boolean {
  return CHECKS.every((check) => check(rule, attributes) !== false);
}

function matchesResource(entry: GroupResources, { apiGroup, resource, subresource, name }: Attributes): boolean {
  if (entry.group !== apiGroup && entry.group !== '*') return false;
  if (entry.resources.length === 0) return true;
  if (entry.resourceNames.length > 0 && !entry.resourceNames.includes(name)) return false;
  const combined = subresource === '' ? resource : `${resource}/${subresource}`;
  return entry.resources.some(
    (wanted) =>
      wanted === combined ||
      wanted === '*' ||
      (wanted.startsWith('*/') && subresource !== '' && wanted.slice(2) === subresource) ||
      (wanted.endsWith('/*') && wanted.slice(0, -2) === resource),
  );
}

function matchesPath(url: string, path: string): boolean {
  if (url === '*' || url === path) return true;
  return url.endsWith('*') && path.startsWith(url.slice(0, -1));
}
