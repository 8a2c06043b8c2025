import { diffArrays } from 'diff';
import { at, textAt } from '../../../lambda/core/json.ts';
import { textsAt } from '../row.ts';
import { differences, MORE } from './generic.ts';
import { listAt, plain } from './selector.ts';

/** What changed in the `spec` of one of Calico's policies: there the order of rules counts. */
export function calicoChanges(before: unknown, after: unknown): readonly string[] | undefined {
  const rules = DIRECTIONS.flatMap((direction) => ruleChanges(direction, before, after) ?? ['']);
  if (rules.includes('')) return undefined;
  return [...differences(withoutRules(before), withoutRules(after)), ...rules];
}

const DIRECTIONS = ['ingress', 'egress'] as const;
/** Rules on each side. */
const MOST = 1000;
/** Phrases of what rules say that their texts don't tell. */
const INNER = 50;

function ruleChanges(direction: string, before: unknown, after: unknown): readonly string[] | undefined {
  const [older, newer] = [listAt(before, direction), listAt(after, direction)];
  if (older.length > MOST || newer.length > MOST) return undefined;
  const told = (rule: unknown) => `${direction} rule "${ruleText(rule)}"`;
  const [old, now] = [older.map(told), newer.map(told)];
  const { pairs, come, gone } = paired(old, now);
  const within = pairs.flatMap(([from, to]) =>
    differences(older[from], newer[to]).map((phrase) => `${direction} rule ${to + 1}: ${phrase}`),
  );
  const inner = within.length > INNER ? [...within.slice(0, INNER), MORE] : within;
  if (come.length + gone.length === 0)
    return old.join('\n') === now.join('\n') ? inner : [`${direction} rules reordered`, ...inner];
  const changes = diffArrays(old, now).flatMap(({ value, added, removed }) => {
    if (added) return value.filter((each) => come.includes(each)).map((each) => `${each} added`);
    return removed ? value.filter((each) => gone.includes(each)).map((each) => `${each} removed`) : [];
  });
  return [...changes, ...inner];
}

/** Rules of one text by their places, the first with the first: the text does not tell all of a rule. */
function paired(old: readonly string[], now: readonly string[]) {
  const places = new Map<string, number[]>();
  for (const [at, text] of old.entries()) places.set(text, [...(places.get(text) ?? []), at]);
  const pairs: (readonly [from: number, to: number])[] = [];
  const come: string[] = [];
  for (const [to, text] of now.entries()) {
    const from = places.get(text)?.shift();
    if (from === undefined) come.push(text);
    else pairs.push([from, to]);
  }
  const gone = [...places].flatMap(([text, left]) => left.map(() => text));
  return { pairs, come, gone };
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
