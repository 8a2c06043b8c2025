import type { Problem } from '../../problems/problem.ts';
import type { Fields, Shape } from './shape.ts';
import { isTime } from './time.ts';
import { described, type Value } from './value.ts';

/** A decoded Go value; undefined is nil or zero. */
export type Go = string | boolean | Slice | Struct | undefined;

/** Keeps what a shorter list left behind, since a longer one that follows finds it there. */
export interface Slice {
  readonly kind: 'slice';
  readonly room: Go[];
  length: number;
}

export interface Struct {
  readonly kind: 'struct';
  readonly fields: Map<string, Go>;
}

/** Collects all problems and warnings of one text; knows the line of each path. */
export interface Report {
  readonly problems: Problem[];
  readonly unknown: { readonly path: string; readonly key: string; readonly fields: Fields; readonly line: number }[];
  readonly duplicates: { readonly path: string; readonly line: number }[];
  readonly lines: Map<string, number>;
}

/**
 * Decodes as Go's encoding/json into what was there before: in JSON a key that comes twice is decoded twice, and the
 * second value is laid over the first, list entry by list entry. Keys are case-sensitive.
 */
export function decode(shape: Shape, value: Value, before: Go, path: string, report: Report): Go {
  // A value that is not there stands where its key does.
  if (value.kind !== 'null' || !report.lines.has(path)) report.lines.set(path, value.line);
  switch (shape.type) {
    case 'optional':
      return value.kind === 'null' ? undefined : decode(shape.of, value, before, path, report);
    case 'list':
      return decodeList(shape.of, value, before, path, report);
    case 'struct':
      return decodeStruct(shape.fields, value, before, path, report);
    case 'strings by key':
      return checkStringsByKey(value, path, report);
    case 'anything':
      return undefined;
    default:
      return decodeScalar(shape.type, value, before, path, report);
  }
}

const EXPECTED = {
  string: 'a string',
  boolean: 'true or false',
  integer: 'a whole number',
  time: 'a time such as "2026-01-31T12:00:00Z"',
} as const;

function decodeScalar(type: keyof typeof EXPECTED, value: Value, before: Go, path: string, report: Report): Go {
  if (value.kind === 'null') return before;
  if (type === 'string' && value.kind === 'string') return value.text;
  if (type === 'boolean' && value.kind === 'boolean') return value.value;
  if (type === 'integer' && value.kind === 'number' && isInteger(value.token)) return value.token;
  if (type === 'time' && value.kind === 'string' && isTime(value.text)) return value.text;
  refuse(report, path, value, EXPECTED[type], type === 'string' ? value : undefined);
  return before;
}

function isInteger(token: string): boolean {
  return /^-?\d+$/.test(token) && BigInt.asIntN(64, BigInt(token)) === BigInt(token);
}

function decodeList(of: Shape, value: Value, before: Go, path: string, report: Report): Go {
  if (value.kind === 'null') return undefined;
  if (value.kind !== 'list') {
    refuse(report, path, value, 'a list');
    return before;
  }
  if (value.items.length === 0) return { kind: 'slice', room: [], length: 0 };
  const slice: Slice = isSlice(before) ? before : { kind: 'slice', room: [], length: 0 };
  value.items.forEach((item, i) => {
    slice.room[i] = decode(of, item, slice.room[i], `${path}[${i}]`, report);
  });
  slice.length = value.items.length;
  return slice;
}

function decodeStruct(fields: Fields, value: Value, before: Go, path: string, report: Report): Go {
  const struct: Struct = isStruct(before) ? before : { kind: 'struct', fields: new Map() };
  if (value.kind === 'null') return struct;
  if (value.kind !== 'map') {
    refuse(report, path, value, 'a map');
    return before;
  }
  const seen = new Set<string>();
  for (const { key, value: inner, line } of value.entries) {
    const at = path === '' ? key : `${path}.${key}`;
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field === undefined) {
      report.unknown.push({ path: at, key, fields, line });
      continue;
    }
    if (seen.has(key)) report.duplicates.push({ path: at, line });
    seen.add(key);
    report.lines.set(at, line);
    struct.fields.set(key, decode(field, inner, struct.fields.get(key), at, report));
  }
  return struct;
}

/** Labels and annotations: checked, not kept. */
function checkStringsByKey(value: Value, path: string, report: Report): undefined {
  if (value.kind === 'null') return;
  if (value.kind !== 'map') return refuse(report, path, value, 'a map');
  for (const { key, value: inner } of value.entries) {
    decodeScalar('string', inner, undefined, `${path}.${key}`, report);
  }
}

function refuse(report: Report, path: string, found: Value, expected: string, unquoted?: Value): undefined {
  const advice = unquoted?.kind === 'boolean' || unquoted?.kind === 'number' ? ' (put it in quotes)' : '';
  report.problems.push({ path, message: `expected ${expected}, found ${described(found)}${advice}`, line: found.line });
}

function isSlice(go: Go): go is Slice {
  return typeof go === 'object' && go.kind === 'slice';
}

function isStruct(go: Go): go is Struct {
  return typeof go === 'object' && go.kind === 'struct';
}

export function stringOf(go: Go): string {
  return typeof go === 'string' ? go : '';
}

export function booleanOf(go: Go): boolean | undefined {
  return typeof go === 'boolean' ? go : undefined;
}

export function itemsOf(go: Go): readonly Go[] {
  return isSlice(go) ? go.room.slice(0, go.length) : [];
}

export function stringsOf(go: Go): readonly string[] {
  return itemsOf(go).map(stringOf);
}

export function fieldOf(go: Go, name: string): Go {
  return isStruct(go) ? go.fields.get(name) : undefined;
}
