import { type GroupResources, LEVELS, type Level, type Policy, type Rule } from '../../../lambda/core/policy/policy.ts';
import { covers } from '../../../lib/policy/shadow.ts';
import { OWN_RULES, type OwnRule } from './eks.ts';
import { overlap } from './overlap.ts';
import { requestsInWords } from './words.ts';

export interface Impossible {
  readonly rule: number;
  /** What the rule asks more for than there is. */
  readonly what: string;
  readonly wants: Level;
  /** None: EKS never records it. */
  readonly gets: Level;
  readonly why: string;
}

/** What a policy asks for that EKS never writes down, rule by rule. Empty: all that it asks for can be had. */
export function impactOf(policy: Policy): readonly Impossible[] {
  return policy.rules.flatMap((rule, index) => {
    const lower = OWN_RULES.filter((own) => LEVELS.indexOf(own.rule.level) < LEVELS.indexOf(rule.level));
    return lower.flatMap((own) => {
      const earlier = [...policy.rules.slice(0, index), ...OWN_RULES.slice(0, OWN_RULES.indexOf(own)).map(ruleOf)];
      const parts = overlap(rule, own.rule).filter((part) => !earlier.some((one) => covers(one, part)));
      return merged(parts).map((part) => ({
        rule: index,
        what: requestsInWords(own === OWN_RULES.at(-1) ? ofOthers(part) : part),
        wants: rule.level,
        gets: own.rule.level,
        why: part.nonResourceURLs.length > 0 && own.rule.level === 'Metadata' ? 'paths have no bodies' : own.why,
      }));
    });
  });
}

function ruleOf({ rule }: OwnRule): Rule {
  return rule;
}

/** EKS's last rule is for what no other one matches, though its words say everything. */
function ofOthers(part: Rule): Rule {
  if (part.nonResourceURLs.length > 0) return part;
  const other = (entry: GroupResources) => (entry.group === '*' ? { ...entry, group: 'any other group' } : entry);
  const all = { group: '*', resources: [], resourceNames: [] };
  return { ...part, resources: (part.resources.length === 0 ? [all] : part.resources).map(other) };
}

/** Parts that differ in one list alone become one: first by their verbs, then by their resources and paths. */
function merged(parts: readonly Rule[]): readonly Rule[] {
  const byVerbs = [...Map.groupBy(parts, (part) => JSON.stringify({ ...part, verbs: [] })).values()];
  const ofVerbs = byVerbs.flatMap((same) => joined(same, (all) => ({ verbs: all.flatMap(({ verbs }) => verbs) })));
  const rest = (part: Rule) => JSON.stringify({ ...part, resources: [], nonResourceURLs: [] });
  return [...Map.groupBy(ofVerbs, rest).values()].flatMap((same) =>
    joined(same, (all) => ({
      resources: regrouped(all.flatMap(({ resources }) => resources)),
      nonResourceURLs: all.flatMap(({ nonResourceURLs }) => nonResourceURLs),
    })),
  );
}

function joined(parts: readonly Rule[], lists: (parts: readonly Rule[]) => Partial<Rule>): readonly Rule[] {
  const [first] = parts;
  return first === undefined ? [] : [{ ...first, ...lists(parts) }];
}

function regrouped(entries: Rule['resources']): Rule['resources'] {
  const same = Map.groupBy(entries, ({ group, resourceNames }) => JSON.stringify([group, resourceNames]));
  return [...same.values()].flatMap((all) =>
    all.slice(0, 1).map((entry) => ({ ...entry, resources: [...new Set(all.flatMap(({ resources }) => resources))] })),
  );
}
