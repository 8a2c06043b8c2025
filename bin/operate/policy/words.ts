import type { GroupResources, Level, Policy, Rule } from '../../../lambda/core/policy/policy.ts';

const KEEPS: Readonly<Record<Level, string>> = {
  None: 'drop',
  Metadata: 'keep without bodies (Metadata)',
  Request: 'keep with request bodies (Request)',
  RequestResponse: 'keep with request and response bodies (RequestResponse)',
};

/** One rule in a sentence: what becomes of which requests. */
export function ruleInWords(rule: Rule): string {
  const stages = rule.omitStages.length === 0 ? '' : `; not at stage ${list(rule.omitStages, 'or')}`;
  const managed =
    rule.omitManagedFields === undefined ? '' : `; ${rule.omitManagedFields ? 'without' : 'with'} managed fields`;
  return `${KEEPS[rule.level]}: ${requestsInWords(rule)}${stages}${managed}`;
}

/** Which requests a rule matches: `get or list of pods in core, in namespace ns, by alice`. */
export function requestsInWords(rule: Rule): string {
  const what = subject(rule);
  const verbs = rule.verbs.length === 0 ? 'every request' : list(rule.verbs, 'or');
  const conditions = [
    what === '' ? '' : `${verbs} ${rule.verbs.length === 0 ? 'for' : 'of'} ${what}`,
    rule.namespaces.length === 0 ? '' : `in ${rule.namespaces.map(namespaceInWords).join(' or ')}`,
    rule.users.length === 0 ? '' : `by ${list(rule.users, 'or')}`,
    rule.userGroups.length === 0 ? '' : `by members of ${list(rule.userGroups, 'or')}`,
  ].filter((text) => text !== '');
  return what === '' ? [verbs, ...conditions].join(' ') : conditions.join(', ');
}

/** What holds for all rules, one sentence each. */
export function policyInWords(policy: Policy): readonly string[] {
  return [
    policy.omitStages.length === 0 ? '' : `Nothing is kept of stage ${list(policy.omitStages, 'or')}.`,
    policy.omitManagedFields ? 'Managed fields are removed where a rule does not say otherwise.' : '',
    policy.rules.some(isWithoutCondition) ? '' : 'What no rule matches is dropped.',
  ].filter((text) => text !== '');
}

function isWithoutCondition(rule: Rule): boolean {
  const { users, userGroups, verbs, namespaces, resources, nonResourceURLs } = rule;
  return [users, userGroups, verbs, namespaces, resources, nonResourceURLs].every(({ length }) => length === 0);
}

/** Empty: any. */
function subject(rule: Rule): string {
  if (rule.resources.length > 0) return entriesInWords(rule.resources);
  if (rule.namespaces.length > 0) return 'any resource';
  if (rule.nonResourceURLs.length > 0) {
    return `the path${rule.nonResourceURLs.length === 1 ? '' : 's'} ${list(rule.nonResourceURLs, 'and')}`;
  }
  return rule.verbs.length > 0 ? 'anything' : '';
}

/** `pods in core; everything in apps and batch` */
export function entriesInWords(entries: readonly GroupResources[]): string {
  const same = Map.groupBy(entries, resourcesInWords);
  return [...same]
    .map(
      ([what, all]) =>
        `${what} in ${list(
          all.map(({ group }) => groupInWords(group)),
          'and',
        )}`,
    )
    .join('; ');
}

function resourcesInWords({ resources, resourceNames }: GroupResources): string {
  const what = resources.length === 0 || resources.includes('*') ? 'everything' : list(resources, 'and');
  return resourceNames.length === 0 ? what : `${what} named ${list(resourceNames, 'or')}`;
}

/** The group without a name is core; one that is called core is another. */
export function groupInWords(group: string): string {
  if (group === 'core') return '"core"';
  return group === '*' ? 'any group' : group === '' ? 'core' : group;
}

function namespaceInWords(namespace: string): string {
  return namespace === '' ? 'no single namespace' : `namespace ${namespace}`;
}

export function list(words: readonly string[], last: 'and' | 'or'): string {
  const shown = words.map((word) => (word === '' ? '""' : word));
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} ${last} ${shown.at(-1)}`;
}
