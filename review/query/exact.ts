import {
  type CreateNodeOptions,
  type DocumentOptions,
  type SchemaOptions,
  stringify,
  type ToStringOptions,
} from 'yaml';

/** Values as an event holds them, exactly: an integer that no double holds is a `bigint`. */

/** As `JSON.parse`, which would round a number of 19 digits. Throws as it does. */
export function parseExact(text: string): unknown {
  return JSON.parse(text, exactNumber);
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

/** JSON text of such a value, every digit of it. `indent`: spaces; 0: in one line. */
export function jsonText(value: unknown, indent = 2): string {
  return JSON.stringify(value, (_key, each) => (typeof each === 'bigint' ? JSON.rawJSON(String(each)) : each), indent);
}

/** Read back it gives equal values, by YAML 1.1 too: there `on` would be a truth value and `1:30` a number. */
const YAML = {
  version: '1.2',
  compat: 'yaml-1.1',
  lineWidth: 0,
  aliasDuplicateObjects: false,
} as const satisfies CreateNodeOptions & DocumentOptions & SchemaOptions & ToStringOptions;

/** YAML text of such a value; ends with a line's end. */
export function yamlText(value: unknown): string {
  return stringify(value, YAML);
}
