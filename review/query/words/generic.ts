import { isObject, type JsonObject } from '../../../lambda/core/json.ts';
import { isDeep, jsonText } from '../exact.ts';

/** Differences of two values, one phrase each: `spec.replicas 2 → 3`. */
export function differences(before: unknown, after: unknown, path = ''): readonly string[] {
  if (isDeep(before) || isDeep(after))
    return [`${path === '' ? 'what changed' : path} is nested too deeply to be told here: see the diff`];
  const room = { nodes: NODES, phrases: PHRASES };
  const phrases = [...walk(before, after, path, room)];
  return room.nodes > 0 && room.phrases > 0 ? phrases : [...phrases, MORE];
}

export const MORE = 'and more that is not told here: see the diff';

/** What a caller may make as large as he likes is looked at so far. */
const NODES = 20_000;
const PHRASES = 50;
/** Characters of a value. */
const LONGEST = 60;

interface Room {
  nodes: number;
  phrases: number;
}

function* walk(before: unknown, after: unknown, path: string, room: Room): Generator<string> {
  room.nodes -= 1;
  if (room.nodes <= 0 || room.phrases <= 0 || Object.is(before, after)) return;
  if (isObject(before) && isObject(after)) return yield* members(entriesOf(before), entriesOf(after), path, room);
  if (Array.isArray(before) && Array.isArray(after)) return yield* elements(before, after, path, room);
  if (isEmpty(before) && isEmpty(after)) return;
  room.phrases -= 1;
  if (before === undefined) yield `${path} ${short(after)} added`;
  else if (after === undefined) yield `${path} ${short(before)} removed`;
  else yield `${path} ${short(before)} → ${short(after)}`;
}

type Entries = ReadonlyMap<string, unknown>;

function entriesOf(object: JsonObject): Entries {
  return new Map(Object.entries(object));
}

function* members(before: Entries, after: Entries, path: string, room: Room): Generator<string> {
  for (const key of new Set([...before.keys(), ...after.keys()]))
    yield* walk(before.get(key), after.get(key), joined(path, key), room);
}

/** Elements that have names are known by them; plain values by themselves; others by their places. */
function* elements(before: readonly unknown[], after: readonly unknown[], path: string, room: Room): Generator<string> {
  const [named, others] = [byName(before), byName(after)];
  if (named !== undefined && others !== undefined) return yield* members(named, others, path, room);
  if ([...before, ...after].every((each) => typeof each !== 'object' || each === null))
    return yield* values(before, after, path, room);
  for (let at = 0; at < Math.max(before.length, after.length); at += 1)
    yield* walk(before[at], after[at], `${path}[${at}]`, room);
}

function byName(list: readonly unknown[]): Entries | undefined {
  const entries = new Map<string, unknown>();
  for (const each of list) {
    if (!isObject(each) || typeof each.name !== 'string' || entries.has(each.name)) return undefined;
    entries.set(each.name, each);
  }
  return entries;
}

function* values(before: readonly unknown[], after: readonly unknown[], path: string, room: Room): Generator<string> {
  const [old, now] = [new Set(before), new Set(after)];
  const phrases = [
    ...[...now].filter((each) => !old.has(each)).map((each) => `${path} ${short(each)} added`),
    ...[...old].filter((each) => !now.has(each)).map((each) => `${path} ${short(each)} removed`),
  ];
  const isReordered = phrases.length === 0 && before.some((each, at) => each !== after[at]);
  for (const phrase of isReordered ? [`${path} reordered`] : phrases) {
    if (room.phrases <= 0) return;
    room.phrases -= 1;
    yield phrase;
  }
}

/** `[]` and nothing at all are the same to the API server; `{}` is not: as a selector it selects everything. */
function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

const PLAIN = /^[A-Za-z_][\w-]*$/;

function joined(path: string, key: string): string {
  if (PLAIN.test(key)) return path === '' ? key : `${path}.${key}`;
  return `${path}[${short(key)}]`;
}

/** A value in one line. */
export function short(value: unknown): string {
  const text = typeof value === 'object' && value !== null ? outline(value) : jsonText(value, 0);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** A large one is not written out to be cut. */
function outline(value: object): string {
  const count = Array.isArray(value) ? value.length : Object.keys(value).length;
  const isSmall = count <= 3 && Object.values(value).every((each) => typeof each !== 'object' || each === null);
  if (isSmall) return jsonText(value, 0);
  return Array.isArray(value) ? `(${count} entries)` : `{${Object.keys(value).slice(0, 5).join(', ')}}`;
}
