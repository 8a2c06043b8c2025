import { isIP } from 'node:net';
import { fitsNanos, parseTime } from '../time.ts';

export type FieldType = 'keyword' | 'text' | 'integer' | 'long' | 'boolean' | 'date' | 'date_nanos' | 'ip' | 'stored';

/** Lucene takes terms of at most 32,766 bytes; a UTF-16 unit takes at most four in ES's count. */
export const MAX_UNITS = 8191;

export interface Fitted {
  /** undefined: nothing of it fits the type. */
  readonly value: unknown;
  /** A string was shortened. */
  readonly cut: boolean;
}

/**
 * Makes a value fit its field's type, so that the mapping never has to refuse a document: wrong types and objects are
 * left out, long strings are cut. Of an array, what fits stays.
 */
export function fitValue(type: FieldType, value: unknown): Fitted {
  if (!Array.isArray(value)) return fitOne(type, value);
  const fitted = value.map((each) => fitOne(type, each)).filter((each) => each.value !== undefined);
  if (fitted.length === 0) return NOTHING;
  return { value: fitted.map((each) => each.value), cut: fitted.some((each) => each.cut) };
}

const NOTHING: Fitted = { value: undefined, cut: false };

/** A single value. */
export function fitOne(type: FieldType, value: unknown): Fitted {
  if (type === 'keyword' || type === 'text') return typeof value === 'string' ? cut(value) : NOTHING;
  return fits(type, value) ? { value, cut: false } : NOTHING;
}

function fits(type: Exclude<FieldType, 'keyword' | 'text'>, value: unknown): boolean {
  switch (type) {
    case 'stored':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31;
    case 'long':
      return Number.isSafeInteger(value);
    case 'date':
      return parseTime(value) !== undefined;
    case 'date_nanos':
      return fitsNanos(value);
    case 'ip':
      // Elasticsearch knows no zones (`fe80::1%eth0`).
      return typeof value === 'string' && isIP(value) !== 0 && !value.includes('%');
  }
}

/** Never inside a surrogate pair: half a character is no UTF-8. */
function cut(text: string): Fitted {
  if (text.length <= MAX_UNITS) return { value: text, cut: false };
  const last = text.charCodeAt(MAX_UNITS - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return { value: text.slice(0, splitsPair ? MAX_UNITS - 1 : MAX_UNITS), cut: true };
}
