import { diffArrays } from 'diff';
import { at, textAt } from '../../../lambda/core/json.ts';
import { textsAt } from '../row.ts';
import { differences } from './generic.ts';
import { added, listAt, plain } from './selector.ts';

/** What changed in the `spec` of one of Calico's policies: there the order of rules counts. */
export function calicoChanges(before: unknown, after: unknown): readonly string[] | undefined {
  const rules = DIRECTIONS.flatMap((direction) => ruleChanges(direction, before, after) ?? ['']);
  if (rules.includes('')) return undefined;
  return [...differences(withoutRules(before), withoutRules(after)), ...rules];
}

const DIRECTIONS = ['ingress', 'egress'] as const;
/** Rules on each side. */
const MOST = 1000;

function ruleChanges(direction: string, before: unknown, after: unknown): readonly string[] | undefined {
  const [old, now] = [before, after].map((spec) =>
    listAt(spec, direction).map((rule) => `${direction} rule "${ruleText(rule)}"`),
  );
  if (old === undefined || now === undefined || old.length > MOST || now.length > MOST) return undefined;
  const [come, gone] = [added(old, now), added(now, old)];
  if (come.length + gone.length === 0) return old.join('\n') === now.join('\n') ? [] : [`${direction} rules reordered`];
  const changes = diffArrays(old, now);
  return changes.flatMap(({ value, added: isAdded, removed }) => {
    if (isAdded) return value.filter((each) => come.includes(each)).map((each) => `${each} added`);
    return removed ? value.filter((each) => gone.includes(each)).map((each) => `${each} removed`) : [];
  });
}

/** `allow TCP from 10.0.0.0/8 to ports 443`. */
function ruleText(rule: unknown): string {
  const action = (textAt(rule, 'action') ?? '?').toLowerCase();
  const protocol = at(rule, 'protocol');
  const not = at(rule, 'notProtocol');
  const parts = [
    action,
    ...(protocol === undefined ? [] : [plain(protocol)]),
    ...(not === undefined ? [] : [`not ${plain(not)}`]),
    ...endText('from', at(rule, 'source')),
    ...endText('to', at(rule, 'destination')),
  ];
  return parts.length === 1 ? `${action} everything` : parts.join(' ');
}

function endText(word: string, end: unknown): readonly string[] {
  const list = (key: string, before = '') => {
    const found = listAt(end, key).map(plain);
    return found.length === 0 ? [] : [before + found.join(', ')];
  };
  const selector = (key: string, before: string) => {
    const text = textAt(end, key);
    return text === undefined ? [] : [`${before} ${text}`];
  };
  const parts = [
    ...list('nets'),
    ...list('notNets', 'not '),
    ...list('domains'),
    ...selector('selector', 'pods'),
    ...selector('notSelector', 'not pods'),
    ...selector('namespaceSelector', 'in namespaces'),
    ...textsAt(end, 'serviceAccounts', 'names').map((name) => `service account ${name}`),
    ...list('ports', 'ports '),
    ...list('notPorts', 'not ports '),
  ];
  return parts.length === 0 ? [] : [`${word} ${parts.join(' ')}`];
}

function withoutRules(spec: unknown): unknown {
  if (typeof spec !== 'object' || spec === null) return spec;
  return Object.fromEntries(Object.entries(spec).filter(([key]) => !DIRECTIONS.some((each) => each === key)));
}
