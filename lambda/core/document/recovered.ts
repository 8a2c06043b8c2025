import { CUT } from '../json/scan.ts';
import { Walk } from '../json/walk.ts';
import type { JsonObject } from '../json.ts';
import { BODIES, type Body } from '../policy/reduce.ts';
import { CUT_MARK } from './decode.ts';

/** What a line tells that ends before its event does. */
export interface Recovered {
  /**
   * Each field of the event that is there completely, and of the field in which the line ends those members that are.
   * Never a body.
   */
  readonly event: JsonObject;
  /** The fields that have begun, as they stand in the line. */
  readonly keys: readonly string[];
  /** The field in which the line ends: known in part, or not at all. Those that the API server writes later are unknown. */
  readonly open: string | undefined;
  /** Whether the line is the beginning of an event, and not what is no JSON however it went on. */
  readonly isCut: boolean;
  /** Before this place the line has nothing of the body: where it begins, or might, or else the line's end. */
  readonly before: Readonly<Record<Body, number>>;
}

/** undefined for a line that does not begin as an object. */
export function recovered(line: string): Recovered | undefined {
  const text = line.endsWith(CUT_MARK) ? line.slice(0, -CUT_MARK.length) : line;
  const walk = Walk.over(text);
  if (walk?.isObject !== true) return undefined;
  const fields = new Map<string, unknown>();
  const bodies = new Map<string, number>();
  const keys: string[] = [];
  let open: string | undefined;
  while (walk.next()) {
    const key = walk.key ?? '';
    keys.push(key);
    if (walk.valueEnd === CUT) open = key;
    if (!isBody(key)) keep(fields, key, walk.valueEnd < 0 ? completeMembers(walk) : walk.value);
    else if (!bodies.has(key)) bodies.set(key, walk.before);
  }
  // Behind what is no JSON anything might stand.
  const end = walk.end === CUT ? line.length : walk.end < 0 ? walk.before : walk.end;
  const before = (body: Body) => bodies.get(body) ?? end;
  return {
    event: Object.fromEntries(fields),
    keys,
    open,
    isCut: walk.end === CUT,
    before: { requestObject: before('requestObject'), responseObject: before('responseObject') },
  };
}

function isBody(key: string): boolean {
  return BODIES.some((body) => body === key);
}

/** The last of a key that is there twice, also where that is not complete. */
function keep(fields: Map<string, unknown>, key: string, value: unknown): void {
  if (value === undefined) fields.delete(key);
  else fields.set(key, value);
}

/** Of an object that the text ends in, the members that are complete; undefined where there is none. */
function completeMembers(field: Walk): JsonObject | undefined {
  const walk = field.valueEnd === CUT ? field.inside() : undefined;
  if (walk?.isObject !== true) return undefined;
  const members = new Map<string, unknown>();
  while (walk.next()) keep(members, walk.key ?? '', walk.value);
  return members.size === 0 ? undefined : Object.fromEntries(members);
}
