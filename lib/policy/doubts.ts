import { type GroupResources, type Policy, type Rule, STAGES } from '../../lambda/core/policy/policy.ts';
import { type Doubt, doubtOfGroup, doubtOfResource, isClusterWide } from './api.ts';
import { covers } from './shadow.ts';
import { doubtOfVerb } from './verbs.ts';

export interface PlacedDoubt extends Doubt {
  readonly path: string;
}

/** What the API server accepts though it can match nothing: a rule that is meant to keep something may keep nothing. */
export function doubtsOf(policy: Policy): readonly PlacedDoubt[] {
  const found = policy.rules.map((rule, index) => doubtsOfRule(rule, `rules[${index}]`));
  const shadows = policy.rules.flatMap((rule, index) => {
    const before = policy.rules.slice(0, index).findIndex((earlier) => covers(earlier, rule));
    return before < 0 ? [] : [{ path: `rules[${index}]`, sure: true, message: shadowed(before), index }];
  });
  const keeps = (rule: Rule, index: number) =>
    rule.level !== 'None' &&
    STAGES.some((stage) => !policy.omitStages.includes(stage) && !rule.omitStages.includes(stage)) &&
    found[index]?.matches === true &&
    !shadows.some((shadow) => shadow.index === index);
  const nothing = { path: 'rules', sure: true, message: 'every event is dropped: no rule keeps any' };
  return [
    ...(policy.rules.some(keeps) ? [] : [nothing]),
    ...found.flatMap(({ doubts }) => doubts),
    ...shadows.map(({ path, sure, message }) => ({ path, sure, message })),
  ];
}

function shadowed(before: number): string {
  return `never decides, since rules[${before}] matches all that it matches: put it before that rule, or remove it`;
}

interface Found {
  readonly doubts: readonly PlacedDoubt[];
  /** False where it is sure that nothing can be matched. */
  readonly matches: boolean;
}

function doubtsOfRule(rule: Rule, path: string): Found {
  const words = (key: 'users' | 'userGroups' | 'verbs' | 'namespaces' | 'nonResourceURLs', why: Why) =>
    doubtsOfWords(rule[key], `${path}.${key}`, why);
  return all([
    words('users', (user) => sure(doubtOfStar('users', user))),
    words('userGroups', (group) => sure(doubtOfStar('userGroups', group))),
    words('verbs', (verb) => sure(doubtOfVerb(verb, rule))),
    words('namespaces', (namespace) => sure(doubtOfNamespace(namespace))),
    words('nonResourceURLs', (url) => sure(doubtOfPath(url))),
    any(rule.resources.map((entry, i) => doubtsOfEntry(entry, rule.namespaces, `${path}.resources[${i}]`))),
  ]);
}

function doubtsOfEntry(entry: GroupResources, namespaces: readonly string[], path: string): Found {
  const { group, resources, resourceNames } = entry;
  const clusterWide = (wanted: string) =>
    namespaces.length > 0 && !namespaces.includes('') && isClusterWide(group, wanted);
  return all([
    doubtsOfWords([group], path, doubtOfGroup, () => `${path}.group`),
    doubtsOfWords(
      resources,
      `${path}.resources`,
      (wanted) => doubtOfResource(group, wanted) ?? sure(clusterWide(wanted) ? inNoNamespace(wanted) : undefined),
    ),
    doubtsOfWords(resourceNames, `${path}.resourceNames`, (name) => sure(doubtOfStar('resourceNames', name))),
  ]);
}

type Why = (word: string) => Doubt | undefined;

/** Of a list of which one word must hold. */
function doubtsOfWords(
  words: readonly string[],
  path: string,
  why: Why,
  pathOf = (index: number) => `${path}[${index}]`,
): Found {
  return any(
    words.map((word, index) => {
      const doubt = why(word);
      if (doubt === undefined) return { doubts: [], matches: true };
      return { doubts: [{ path: pathOf(index), ...doubt }], matches: !doubt.sure };
    }),
  );
}

/** An empty list is no condition. */
function any(found: readonly Found[]): Found {
  return {
    doubts: found.flatMap(({ doubts }) => doubts),
    matches: found.length === 0 || found.some(({ matches }) => matches),
  };
}

function all(found: readonly Found[]): Found {
  return { doubts: found.flatMap(({ doubts }) => doubts), matches: found.every(({ matches }) => matches) };
}

function sure(message: string | undefined): Doubt | undefined {
  return message === undefined ? undefined : { message, sure: true };
}

function doubtOfStar(key: string, word: string): string | undefined {
  if (!word.includes('*')) return undefined;
  return `${JSON.stringify(word)} is compared letter by letter, its * too: write each name in full, or leave ${key} out`;
}

function doubtOfNamespace(namespace: string): string | undefined {
  if (/^(?:[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)?$/.test(namespace)) return undefined;
  return doubtOfStar('namespaces', namespace) ?? `no namespace can be called ${JSON.stringify(namespace)}: correct it`;
}

function inNoNamespace(wanted: string): string {
  return `${JSON.stringify(wanted)} has no namespace, so none of this rule's: add "" to namespaces, or give it a rule of its own`;
}

function doubtOfPath(url: string): string | undefined {
  if (url.includes('?')) return `${JSON.stringify(url)} matches nothing: what follows the ? is no part of the path`;
  const [first, ...rest] = url.replace(/^\/+|\/*\*?$/g, '').split('/');
  const isResource = (first === 'api' && rest.length >= 2) || (first === 'apis' && rest.length >= 3);
  return isResource
    ? `${JSON.stringify(url)} matches nothing: requests for it are for a resource; use resources`
    : undefined;
}
