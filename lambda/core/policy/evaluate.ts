import { isObject } from '../json.ts';
import { attributesOf } from './attributes.ts';
import { matches } from './match.ts';
import { LEVELS, type Level, type Policy } from './policy.ts';
import { type Reduction, reduced, reduction } from './reduce.ts';

export type Verdict =
  /** `rule` counts from 0. The event is the very object given where the policy changed nothing. */
  | ({ readonly kind: 'kept'; readonly event: unknown; readonly rule: number } & Reduction)
  /** `rule` is present where one matched. */
  | { readonly kind: 'dropped'; readonly by: 'rule' | 'stage'; readonly rule: number }
  | { readonly kind: 'dropped'; readonly by: 'no rule'; readonly rule?: undefined };

/** What the API server would have recorded of this event had it run under the policy. Any JSON value; never throws. */
export function applyPolicy(policy: Policy, event: unknown): Verdict {
  const attributes = attributesOf(event);
  const index = policy.rules.findIndex((rule) => matches(rule, attributes));
  const rule = policy.rules[index];
  if (rule === undefined) return { kind: 'dropped', by: 'no rule' };
  const record = isObject(event) ? event : {};
  const level = lower(rule.level, record.level);
  if (level === 'None') return { kind: 'dropped', by: 'rule', rule: index };
  const isStage = (stage: string) => stage === record.stage;
  if (policy.omitStages.some(isStage) || rule.omitStages.some(isStage)) {
    return { kind: 'dropped', by: 'stage', rule: index };
  }
  const taken = reduction(record, level, omitsManagedFields(policy, index));
  return { kind: 'kept', ...taken, event: isObject(event) ? reduced(event, taken) : event, rule: index };
}

/** Whether what a rule keeps loses the managed fields of its bodies. */
export function omitsManagedFields(policy: Policy, rule: number): boolean {
  return policy.rules[rule]?.omitManagedFields ?? policy.omitManagedFields;
}

/** A missing or unknown recorded level counts as the highest: the rule's wins. */
function lower(wanted: Level, recorded: unknown): Level {
  const known = LEVELS.find((level) => level === recorded);
  return known === undefined || LEVELS.indexOf(wanted) < LEVELS.indexOf(known) ? wanted : known;
}
