import { at, isObject, textAt } from '../../../lambda/core/json.ts';
import { textsAt } from '../row.ts';
import { short } from './generic.ts';

/** A label selector in words: `app=web, tier in (a, b)`; undefined: it selects everything. */
export function selectorText(selector: unknown): string | undefined {
  const labels = at(selector, 'matchLabels');
  const equal = isObject(labels) ? Object.entries(labels).map(([key, value]) => `${key}=${plain(value)}`) : [];
  const found = [...equal, ...listAt(selector, 'matchExpressions').map(expressionText)];
  return found.length === 0 ? undefined : found.join(', ');
}

function expressionText(expression: unknown): string {
  const key = textAt(expression, 'key') ?? '?';
  const values = textsAt(expression, 'values').join(', ');
  switch (textAt(expression, 'operator')) {
    case 'In':
      return `${key} in (${values})`;
    case 'NotIn':
      return `${key} not in (${values})`;
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `no ${key}`;
    default:
      return short(expression);
  }
}

export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** A text as it is, anything else as JSON. */
export function plain(value: unknown): string {
  return typeof value === 'string' ? value : short(value);
}

export function added<T>(before: Iterable<T>, after: Iterable<T>): readonly T[] {
  const known = new Set(before);
  return [...new Set(after)].filter((each) => !known.has(each));
}
