import { isObject } from '../../../lambda/core/json.ts';
import { type Attributes, attributesOf } from '../../../lambda/core/policy/attributes.ts';
import { applyPolicy, type Verdict } from '../../../lambda/core/policy/evaluate.ts';
import { CONDITIONS, type Condition } from '../../../lambda/core/policy/match.ts';
import type { Policy, Rule } from '../../../lambda/core/policy/policy.ts';
import { entriesInWords, groupInWords, list } from './words.ts';

export interface ExplainedCondition {
  readonly condition: Condition;
  readonly holds: boolean;
  readonly wanted: string;
  readonly found: string;
}

export interface ExplainedRule {
  readonly rule: number;
  readonly matches: boolean;
  /** Those that the rule sets; none: it matches everything. */
  readonly conditions: readonly ExplainedCondition[];
}

export interface Explanation {
  readonly verdict: 'kept' | 'dropped';
  /** In a sentence. */
  readonly why: string;
  /** Up to and with the one that matched. */
  readonly rules: readonly ExplainedRule[];
  /** Paths that the policy takes out of the event. */
  readonly removed: readonly string[];
  /** The event as it would be indexed; absent when dropped. */
  readonly event?: unknown;
}

export function explainEvent(policy: Policy, event: unknown): Explanation {
  const attributes = attributesOf(event);
  const verdict = applyPolicy(policy, event);
  const until = verdict.rule === undefined ? policy.rules.length : verdict.rule + 1;
  const rules = policy.rules.slice(0, until).map((rule, index) => explainRule(rule, index, attributes));
  const why = whyInWords(verdict, event);
  if (verdict.kind === 'dropped') return { verdict: 'dropped', why, rules, removed: [] };
  return { verdict: 'kept', why, rules, removed: removedPaths(event, verdict.event, ''), event: verdict.event };
}

function explainRule(rule: Rule, index: number, attributes: Attributes): ExplainedRule {
  const conditions = ORDER.flatMap((condition) => {
    const holds = CONDITIONS[condition](rule, attributes);
    if (holds === undefined) return [];
    return [{ condition, holds, wanted: wantedInWords(rule, condition), found: foundInWords(attributes, condition) }];
  });
  return { rule: index, matches: conditions.every(({ holds }) => holds), conditions };
}

const ORDER: readonly Condition[] = ['users', 'userGroups', 'verbs', 'namespaces', 'resources', 'nonResourceURLs'];

function wantedInWords(rule: Rule, condition: Condition): string {
  return condition === 'resources' ? entriesInWords(rule.resources) : list(rule[condition], 'or');
}

function foundInWords(attributes: Attributes, condition: Condition): string {
  const { user, verb, isResource, namespace, path } = attributes;
  switch (condition) {
    case 'users':
      return user === undefined ? 'nobody: the request was not authenticated' : quoted(user.name);
    case 'userGroups':
      return user === undefined ? 'nobody: the request was not authenticated' : list(user.groups, 'and') || 'no group';
    case 'verbs':
      return quoted(verb);
    case 'namespaces':
      return isResource ? quoted(namespace) : `the path ${path}, which has no namespace`;
    case 'resources':
      return isResource ? resourceInWords(attributes) : `the path ${path}, which is no resource`;
    case 'nonResourceURLs':
      return isResource ? `a resource, ${resourceInWords(attributes)}` : quoted(path);
  }
}

function quoted(text: string): string {
  return text === '' ? '""' : text;
}

function resourceInWords({ resource, subresource, apiGroup, name }: Attributes): string {
  const path = subresource === '' ? resource : `${resource}/${subresource}`;
  return `${quoted(path)}${name === '' ? '' : ` named ${name}`} in ${groupInWords(apiGroup)}`;
}

function whyInWords(verdict: Verdict, event: unknown): string {
  const stage = isObject(event) ? String(event.stage) : '';
  const recorded = isObject(event) && typeof event.level === 'string' ? event.level : 'no level';
  if (verdict.kind === 'dropped') {
    if (verdict.by === 'no rule') return 'Dropped: no rule matches.';
    if (verdict.by === 'stage') return `Dropped: rules[${verdict.rule}] matches, but stage ${stage} is left out.`;
    return recorded === 'None'
      ? `Dropped: rules[${verdict.rule}] matches, but the event was recorded at level None.`
      : `Dropped: rules[${verdict.rule}] matches and says None.`;
  }
  const as = verdict.level === recorded ? 'as it was recorded' : `recorded at ${recorded}`;
  return `Kept at ${verdict.level} (${as}): rules[${verdict.rule}] matches.`;
}

/** What the first has and the second has not; both are the same thing before and after. */
function removedPaths(before: unknown, after: unknown, path: string): readonly string[] {
  if (before === after) return [];
  if (Array.isArray(before) && Array.isArray(after)) {
    return before.flatMap((inner, i) => removedPaths(inner, after[i], `${path}[${i}]`));
  }
  if (!isObject(before) || !isObject(after)) return [];
  return Object.entries(before).flatMap(([key, inner]) => {
    const at = path === '' ? key : `${path}.${key}`;
    return Object.hasOwn(after, key) ? removedPaths(inner, after[key], at) : [at];
  });
}
