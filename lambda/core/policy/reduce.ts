import { edited, editsFor } from '../json/edit.ts';
import { EACH, type Path, without } from '../json/path.ts';
import { skipSpace } from '../json/scan.ts';
import { unitsOf } from '../json/units.ts';
import { Walk } from '../json/walk.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { Level } from './policy.ts';

export const BODIES = ['requestObject', 'responseObject'] as const;
export type Body = (typeof BODIES)[number];

/** What an event loses when it is kept at a level; nothing else of it changes. */
export interface Reduction {
  readonly level: Level;
  readonly cuts: readonly Path[];
}

/** What the API server would not have recorded of the event. */
export function reduction(event: JsonObject, level: Level, omitManagedFields: boolean): Reduction {
  return { level, cuts: cutsOf(event, level, omitManagedFields, (body) => managedFields(event[body])) };
}

/** The same of an event whose bodies may be cut, and so may be anything: what any body would lose. */
export function widestReduction(event: JsonObject, level: Level, omitManagedFields: boolean): Reduction {
  return { level, cuts: cutsOf(event, level, omitManagedFields, () => ALL_MANAGED_FIELDS) };
}

/**
 * The same of an event with its text: where a body's key stands twice, the event has the last, and each may be of
 * another shape. The API server writes none so, which a look for the keys tells of nearly all.
 */
export function widestWhereTwice(event: JsonObject, text: string, level: Level, omitManagedFields: boolean) {
  if (!omitManagedFields) return undefined;
  const widest = widestReduction(event, level, omitManagedFields);
  const isLookedInto = widest.cuts.some(({ length }) => length > 1);
  return isLookedInto && hasBodyTwice(text) ? widest : undefined;
}

/** A letter may stand in a key by its number. */
const ESCAPED_LETTER = /\\u00[4-7]/;

function hasBodyTwice(text: string): boolean {
  const isThereTwice = (key: string) => text.includes(key, text.indexOf(key) + key.length);
  if (!BODIES.some((body) => isThereTwice(`"${body}"`)) && !ESCAPED_LETTER.test(text)) return false;
  const keys: string[] = [];
  for (const walk = Walk.over(text); walk?.next(); ) keys.push(walk.key ?? '');
  return BODIES.some((body) => keys.indexOf(body) !== keys.lastIndexOf(body));
}

function cutsOf(
  { verb }: JsonObject,
  level: Level,
  omitManagedFields: boolean,
  within: (body: Body) => readonly Path[],
): readonly Path[] {
  return BODIES.flatMap((body) => {
    if (!records(level, body)) return [[body]];
    // A patch is recorded as the caller sent it; the server never looks into it.
    const isLookedInto = omitManagedFields && !(body === 'requestObject' && verb === 'patch');
    return isLookedInto ? within(body).map((path) => [body, ...path]) : [];
  });
}

function records(level: Level, body: Body): boolean {
  return level === 'RequestResponse' || (level === 'Request' && body === 'requestObject');
}

const MANAGED_FIELDS: Path = ['metadata', 'managedFields'];
const OF_ITEMS: Path = ['items', EACH, ...MANAGED_FIELDS];
const OF_ROWS: Path = ['rows', EACH, 'object', ...MANAGED_FIELDS];
const ALL_MANAGED_FIELDS = [MANAGED_FIELDS, OF_ITEMS, OF_ROWS];

/** A list's items, a table's rows, or else the object itself have managed fields; nothing deeper has. */
function managedFields(body: unknown): readonly Path[] {
  if (!isObject(body)) return [];
  if (Array.isArray(body.items)) return [OF_ITEMS];
  const isTable =
    body.kind === 'Table' && typeof body.apiVersion === 'string' && body.apiVersion.startsWith('meta.k8s.io/');
  return isTable ? [OF_ROWS] : [MANAGED_FIELDS];
}

/** The event as reduced; the very same where it loses nothing. */
export function reduced(event: JsonObject, { level, cuts }: Reduction): JsonObject {
  const begun: unknown = event.level === level ? event : { ...event, level };
  const left = cuts.reduce(without, begun);
  return isObject(left) ? left : event;
}

/**
 * The text of an event as reduced, every other byte as it was: a number of 19 digits fits no double, and `1.0` is not
 * `1` to whoever compares hashes. What goes, goes wherever it stands, also where a duplicate of its key hides it.
 */
export function reducedText(text: string, reduction: Reduction): string {
  return reducedObject(text, reduction) ?? text;
}

/** The same of an event's text that is cut: it ends before what goes and is not complete. */
export function reducedStart(text: string, reduction: Reduction): string {
  return reducedObject(text, reduction, text.length) ?? text;
}

/** The text of a line that could not be judged, without its bodies. undefined for what is no object. */
export function atMetadata(text: string): string | undefined {
  return reducedObject(text, { level: 'Metadata', cuts: BODIES.map((body) => [body]) });
}

/** Unless it is told, it ends where the text can't be read: what is to go might stand behind. */
function reducedObject(text: string, { level, cuts }: Reduction, end?: number): string | undefined {
  const walk = Walk.over(text);
  if (walk?.isObject !== true) return undefined;
  const begin = walk.before;
  const to = JSON.stringify(level);
  const edits = editsFor(walk, [{ path: ['level'], to }, ...cuts.map((path) => ({ path }))]);
  const result = edited(text.slice(0, end ?? readableTo(text, walk)), edits);
  return edits.some((edit) => edit.text === to) ? result : withFirst(result, begin, `"level":${to}`);
}

function readableTo(text: string, walk: Walk): number {
  const end = walk.finish();
  if (end < 0) return walk.before;
  // Behind the object there is white space, or what can't be read.
  return skipSpace(unitsOf(text), end);
}

/** The object that begins at a place with one more member in front. */
function withFirst(text: string, begin: number, member: string): string {
  const isAlone = Walk.over(text)?.next() !== true;
  return `${text.slice(0, begin)}${member}${isAlone ? '' : ','}${text.slice(begin)}`;
}
