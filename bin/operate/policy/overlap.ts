import type { GroupResources, Rule } from '../../../lambda/core/policy/policy.ts';
import { coversPath, coversResource } from '../../../lib/policy/shadow.ts';

/**
 * The requests that both rules match, in parts: each has at most one verb, and one resource or path. Of users no more
 * is known than that nodes are called system:node:…, and that all that these rules name are authenticated.
 */
export function overlap(a: Rule, b: Rule): readonly Rule[] {
  if ((isOfPaths(a) && isOfResources(b)) || (isOfResources(a) && isOfPaths(b))) return [];
  const who = common(a, b);
  const verbs = both(a.verbs, b.verbs);
  const namespaces = both(a.namespaces, b.namespaces);
  if (who === undefined || verbs === undefined || namespaces === undefined) return [];
  const [resources, nonResourceURLs] = [resourcesOfBoth(a, b), pathsOfBoth(a, b)];
  if (resources === undefined || nonResourceURLs === undefined) return [];
  return each(verbs).flatMap((verb) =>
    each(resources).flatMap((entry) =>
      each(nonResourceURLs).map((path) => ({
        ...{ level: a.level, omitStages: [], ...who, namespaces },
        ...{ verbs: verb, resources: entry, nonResourceURLs: path },
      })),
    ),
  );
}

function isOfResources({ resources, namespaces }: Rule): boolean {
  return resources.length > 0 || namespaces.length > 0;
}

function isOfPaths(rule: Rule): boolean {
  return !isOfResources(rule) && rule.nonResourceURLs.length > 0;
}

/** An empty list is no condition, and stays one. */
function each<T>(words: readonly T[]): readonly (readonly T[])[] {
  return words.length === 0 ? [[]] : words.map((word) => [word]);
}

/** Empty: no condition; undefined: none is in both. */
function both(a: readonly string[], b: readonly string[]): readonly string[] | undefined {
  if (a.length === 0 || b.length === 0) return [...a, ...b];
  return some(a.filter((word) => b.includes(word)));
}

function some<T>(words: readonly T[]): readonly T[] | undefined {
  return words.length === 0 ? undefined : words;
}

/** `b` is a rule of EKS: it names users or a group, never both. */
function common(a: Rule, b: Rule): Pick<Rule, 'users' | 'userGroups'> | undefined {
  const anyone = a.userGroups.length === 0 || a.userGroups.includes('system:authenticated');
  if (b.users.length > 0) {
    const users = both(a.users, b.users);
    return users === undefined || !anyone ? undefined : { users, userGroups: a.userGroups };
  }
  if (b.userGroups.length === 0) return { users: a.users, userGroups: a.userGroups };
  const nodes = a.users.filter((user) => user.startsWith('system:node:'));
  if (a.users.length > 0 && nodes.length === 0) return undefined;
  const userGroups = anyone ? b.userGroups : both(a.userGroups, b.userGroups);
  return userGroups && { users: nodes, userGroups };
}

function pathsOfBoth(a: Rule, b: Rule): readonly string[] | undefined {
  if (isOfResources(a) || isOfResources(b)) return [];
  if (!isOfPaths(a) || !isOfPaths(b)) return [...a.nonResourceURLs, ...b.nonResourceURLs];
  return some(
    a.nonResourceURLs.flatMap((url) => b.nonResourceURLs.flatMap((other) => narrower(url, other, coversPath))),
  );
}

function resourcesOfBoth(a: Rule, b: Rule): readonly GroupResources[] | undefined {
  if (a.resources.length === 0 || b.resources.length === 0) return [...a.resources, ...b.resources].flatMap(split);
  return some(a.resources.flatMap((entry) => b.resources.flatMap((other) => entriesOfBoth(entry, other))));
}

function split(entry: GroupResources): readonly GroupResources[] {
  return each(entry.resources).map((resources) => ({ ...entry, resources }));
}

function entriesOfBoth(a: GroupResources, b: GroupResources): readonly GroupResources[] {
  if (a.group !== b.group && a.group !== '*' && b.group !== '*') return [];
  const resourceNames = both(a.resourceNames, b.resourceNames);
  if (resourceNames === undefined) return [];
  const group = a.group === '*' ? b.group : a.group;
  const one = a.resources.length === 0 ? b.resources : a.resources;
  const other = b.resources.length === 0 ? one : b.resources;
  const words = one.flatMap((word) => other.flatMap((another) => narrower(word, another, coversResource)));
  if (one.length === 0) return [{ group, resources: [], resourceNames }];
  return [...new Set(words)].map((word) => ({ group, resources: [word], resourceNames }));
}

/** Of two patterns what both match; of all subresources of pods, and status of any resource, it is `pods/status`. */
function narrower(a: string, b: string, covers: (a: string, b: string) => boolean): readonly string[] {
  if (covers(a, b)) return [b];
  if (covers(b, a)) return [a];
  const [crossed] = [`${a} ${b}`, `${b} ${a}`].flatMap((pair) => {
    const [, resource, subresource] = /^([^*/]+)\/\* \*\/([^*/]+)$/.exec(pair) ?? [];
    return resource === undefined ? [] : [`${resource}/${subresource}`];
  });
  return crossed === undefined ? [] : [crossed];
}
