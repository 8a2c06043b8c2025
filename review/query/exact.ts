import {
  type CreateNodeOptions,
  Document,
  type DocumentOptions,
  type SchemaOptions,
  type ToStringOptions,
  visit,
} from 'yaml';

/** Values as an event holds them, exactly: an integer that no double holds is a `bigint`. */

/** As `JSON.parse`, which would round a number of 19 digits. Throws as it does. */
export function parseExact(text: string): unknown {
  if (!LONG.test(text)) return JSON.parse(text);
  try {
    return JSON.parse(text, exactNumber);
  } catch (error) {
    // Only with the second argument the stack limits how deeply a caller may nest.
    if (error instanceof RangeError) return JSON.parse(text);
    throw error;
  }
}

/** Digits from which on a double may not hold the number. */
const LONG = /\d{16}/;

/** Levels: the kinds of Kubernetes stay far below, and YAML's writers and readers far above. */
const DEEPEST = 200;

/** Whether a value nests so deeply that YAML's writer and what walks through it would run out of stack. */
export function isDeep(value: unknown): boolean {
  let level = [value].filter(isNested);
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === DEEPEST) return true;
    level = level.flatMap((each): unknown[] => Object.values(each)).filter(isNested);
  }
  return false;
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

const INTEGER = /^-?\d+$/;

/** The third argument holds the number's text: the types don't know of it yet. */
function exactNumber(_key: string, value: unknown, ...[context]: readonly unknown[]): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = typeof context === 'object' && context !== null && 'source' in context ? context.source : '';
  return typeof source === 'string' && INTEGER.test(source) ? BigInt(source) : value;
}

declare global {
  interface JSON {
    /** Node has it; the types don't know of it yet. */
    rawJSON(text: string): object;
  }
}

/** JSON text of such a value, every digit of it. `indent`: spaces; 0, or too deeply nested: in one line. */
export function jsonText(value: unknown, indent = 2): string {
  if (isDeep(value)) return deepText(value);
  return JSON.stringify(value, (_key, each) => (typeof each === 'bigint' ? JSON.rawJSON(String(each)) : each), indent);
}

/** The same without recursion. */
function deepText(whole: unknown): string {
  const parts: string[] = [];
  const left: (string | { readonly value: unknown })[] = [{ value: whole }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (typeof next === 'string') parts.push(next);
    else if (!isNested(next.value)) parts.push(jsonText(next.value, 0));
    else {
      const isList = Array.isArray(next.value);
      parts.push(isList ? '[' : '{');
      left.push(isList ? ']' : '}');
      for (const [at, [key, value]] of [...Object.entries(next.value).entries()].toReversed())
        left.push({ value }, `${at === 0 ? '' : ','}${isList ? '' : `${JSON.stringify(key)}:`}`);
    }
  }
  return parts.join('');
}

/** Read by YAML 1.1, too: there `on` would be a truth value and `1:30` a number. */
const YAML = {
  version: '1.2',
  compat: 'yaml-1.1',
  lineWidth: 0,
  doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
  aliasDuplicateObjects: false,
} as const satisfies CreateNodeOptions & DocumentOptions & SchemaOptions & ToStringOptions;

/** Texts that need no escapes, in one line or in several of which the first begins with a word. */
const TAME = /^[\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\u{10000}-\u{10ffff}]*$/u;
const TAME_LINES = /^\S/;
/** What readers take for a line's end or leave out, even between quotes. */
const UNSEEN = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** YAML text of such a value, which reads back to an equal one; ends with a line's end. Too deeply nested: as JSON. */
export function yamlText(value: unknown): string {
  if (isDeep(value)) return `${deepText(value)}\n`;
  const document = new Document(value, YAML);
  visit(document, {
    Scalar: (_, scalar) => {
      if (typeof scalar.value === 'string' && !isTame(scalar.value)) scalar.type = 'QUOTE_DOUBLE';
    },
  });
  // A text with one of these stands between double quotes.
  return document.toString(YAML).replaceAll(UNSEEN, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function isTame(text: string): boolean {
  const lines = text.split('\n');
  return lines.every((line) => TAME.test(line)) && (lines.length === 1 || TAME_LINES.test(text));
}
