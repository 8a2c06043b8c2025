import type { GroupResources, Rule } from '../../lambda/core/policy/policy.ts';

/**
 * Does the first rule match every request that the second one matches? True is proven, for requests as the API server
 * knows them (no resource has a slash in its name); false may also mean that it could not be told.
 */
export function covers(a: Rule, b: Rule): boolean {
  return (
    holdsAll(a.users, b.users) &&
    holdsAll(a.userGroups, b.userGroups) &&
    holdsAll(a.verbs, b.verbs) &&
    holdsAll(a.namespaces, b.namespaces) &&
    coversResources(a, b) &&
    coversPaths(a, b)
  );
}

/** An empty list is no condition. */
function holdsAll(a: readonly string[], b: readonly string[]): boolean {
  return a.length === 0 || (b.length > 0 && b.every((word) => a.includes(word)));
}

/** Paths count only in rules with neither resources nor namespaces. */
function isOfPaths({ resources, namespaces, nonResourceURLs }: Rule): boolean {
  return resources.length === 0 && namespaces.length === 0 && nonResourceURLs.length > 0;
}

function coversPaths(a: Rule, b: Rule): boolean {
  if (!isOfPaths(a)) return true;
  return isOfPaths(b) && b.nonResourceURLs.every((path) => a.nonResourceURLs.some((url) => coversPath(url, path)));
}

export function coversPath(a: string, b: string): boolean {
  return a === b || a === '*' || (a.endsWith('*') && b.startsWith(a.slice(0, -1)));
}

function coversResources(a: Rule, b: Rule): boolean {
  if (a.resources.length === 0) return true;
  return b.resources.length > 0 && b.resources.every((entry) => a.resources.some((one) => coversEntry(one, entry)));
}

function coversEntry(a: GroupResources, b: GroupResources): boolean {
  if (a.group !== '*' && a.group !== b.group) return false;
  if (a.resources.length === 0) return true;
  // Without resources the names are not looked at.
  const names = b.resources.length === 0 ? [] : b.resourceNames;
  if (!holdsAll(a.resourceNames, names)) return false;
  const wanted = b.resources.length === 0 ? ['*'] : b.resources;
  return wanted.every((word) => a.resources.some((one) => coversResource(one, word)));
}

export function coversResource(a: string, b: string): boolean {
  if (a === b || a === '*') return true;
  const [resource, subresource, ...more] = b.split('/');
  if (resource === '' || resource === '*' || subresource === '' || more.length > 0) return false;
  return a === `${resource}/*` || (subresource !== undefined && subresource !== '*' && a === `*/${subresource}`);
}
