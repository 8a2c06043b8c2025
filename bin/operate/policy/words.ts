import type { GroupResources, Level, Policy, Rule } from '../../../lambda/core/policy/policy.ts';

const KEEPS: Readonly<Record<Level, string>> = {
  None: 'drop',
  Metadata: 'keep without bodies (Metadata)',
  Request: 'keep with request bodies (Request)',
  RequestResponse: 'keep with request and response bodies (RequestResponse)',
};

/** One rule in a sentence: what becomes of which requests. */
export function ruleInWords(rule: Rule): string {
  const conditions = [
    rule.verbs.length === 0 ? '' : list(rule.verbs, 'or'),
    subject(rule),
    rule.namespaces.length === 0 ? '' : `in ${rule.namespaces.map(namespaceInWords).join(' or ')}`,
    rule.users.length === 0 ? '' : `by ${list(rule.users, 'or')}`,
    rule.userGroups.length === 0 ? '' : `by members of ${list(rule.userGroups, 'or')}`,
  ].filter((text) => text !== '');
  const stages = rule.omitStages.length === 0 ? '' : `; not at stage ${list(rule.omitStages, 'or')}`;
  const managed =
    rule.omitManagedFields === undefined ? '' : `; ${rule.omitManagedFields ? 'without' : 'with'} managed fields`;
  return `${KEEPS[rule.level]}: ${conditions.length === 0 ? 'everything' : conditions.join(' ')}${stages}${managed}`;
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

function subject(rule: Rule): string {
  if (rule.resources.length > 0) return `of ${rule.resources.map(resourcesInWords).join('; ')}`;
  if (rule.namespaces.length > 0) return 'of all resources';
  if (rule.nonResourceURLs.length > 0) return `of the paths ${list(rule.nonResourceURLs, 'or')}`;
  return rule.verbs.length > 0 ? 'of anything' : '';
}

export function resourcesInWords({ group, resources, resourceNames }: GroupResources): string {
  const where = group === '*' ? 'any group' : group === '' ? 'core' : group === 'core' ? '"core"' : group;
  const what = resources.length === 0 || resources.includes('*') ? 'everything' : list(resources, 'and');
  const named = resourceNames.length === 0 ? '' : ` named ${list(resourceNames, 'or')}`;
  return `${what}${named} in ${where}`;
}

function namespaceInWords(namespace: string): string {
  return namespace === '' ? 'no single namespace' : `namespace ${namespace}`;
}

export function list(words: readonly string[], last: 'and' | 'or'): string {
  const shown = words.map((word) => (word === '' ? '""' : word));
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} ${last} ${shown.at(-1)}`;
}
