import { isObject, type JsonObject } from '../json.ts';
import { attributesOf } from './attributes.ts';
import { matches } from './match.ts';
import { LEVELS, type Level, type Policy } from './policy.ts';

export type Verdict =
  /** `rule` counts from 0. The event is the very object given where the policy changed nothing. */
  | { readonly kind: 'kept'; readonly level: Level; readonly event: unknown; readonly rule: number }
  /** `rule` is present where one matched. */
  | { readonly kind: 'dropped'; readonly by: 'rule' | 'stage'; readonly rule: number }
  | { readonly kind: 'dropped'; readonly by: 'no rule'; readonly rule?: undefined };

/** What the API server would have recorded of this event had it run under the policy. Any JSON value; never throws. */
export function applyPolicy(policy: Policy, event: unknown): Verdict {
  const attributes = attributesOf(event);
  const index = policy.rules.findIndex((rule) => matches(rule, attributes));
  const rule = policy.rules[index];
  if (rule === undefined) return { kind: 'dropped', by: 'no rule' };
  const record = isObject(event) ? event : {};
  const level = lower(rule.level, record.level);
  if (level === 'None') return { kind: 'dropped', by: 'rule', rule: index };
  const isStage = (stage: string) => stage === record.stage;
  if (policy.omitStages.some(isStage) || rule.omitStages.some(isStage)) {
    return { kind: 'dropped', by: 'stage', rule: index };
  }
  const reduced = isObject(event) ? reduce(event, level, rule.omitManagedFields ?? policy.omitManagedFields) : event;
  return { kind: 'kept', level, event: reduced, rule: index };
}

/** A missing or unknown recorded level counts as the highest: the rule's wins. */
function lower(wanted: Level, recorded: unknown): Level {
  const known = LEVELS.find((level) => level === recorded);
  return known === undefined || LEVELS.indexOf(wanted) < LEVELS.indexOf(known) ? wanted : known;
}

function reduce(event: JsonObject, level: Level, omitManagedFields: boolean): JsonObject {
  let result = event.level === level ? event : { ...event, level };
  if (level !== 'RequestResponse') result = without(result, 'responseObject');
  if (level === 'Metadata') result = without(result, 'requestObject');
  if (!omitManagedFields) return result;
  // A patch is recorded as the caller sent it; the server never looks into it.
  if (event.verb !== 'patch') result = withBody(result, 'requestObject');
  return withBody(result, 'responseObject');
}

function withBody(event: JsonObject, key: 'requestObject' | 'responseObject'): JsonObject {
  const body = event[key];
  const reduced = unmanaged(body);
  return reduced === body ? event : { ...event, [key]: reduced };
}

/** A list's items, a table's rows, or else the object itself lose their managed fields; nothing deeper does. */
function unmanaged(body: unknown): unknown {
  if (!isObject(body)) return body;
  if (Array.isArray(body.items)) return withList(body, 'items', body.items, unmanagedObject);
  const isTable =
    body.kind === 'Table' && typeof body.apiVersion === 'string' && body.apiVersion.startsWith('meta.k8s.io/');
  if (!isTable) return unmanagedObject(body);
  return Array.isArray(body.rows) ? withList(body, 'rows', body.rows, unmanagedRow) : body;
}

function unmanagedRow(row: unknown): unknown {
  if (!isObject(row)) return row;
  const object = unmanagedObject(row.object);
  return object === row.object ? row : { ...row, object };
}

function unmanagedObject(object: unknown): unknown {
  if (!isObject(object) || !isObject(object.metadata)) return object;
  const metadata = without(object.metadata, 'managedFields');
  return metadata === object.metadata ? object : { ...object, metadata };
}

function withList(
  body: JsonObject,
  key: string,
  list: readonly unknown[],
  change: (entry: unknown) => unknown,
): JsonObject {
  const changed = list.map(change);
  return changed.every((entry, index) => entry === list[index]) ? body : { ...body, [key]: changed };
}

function without(object: JsonObject, key: string): JsonObject {
  if (!Object.hasOwn(object, key)) return object;
  const { [key]: _, ...rest } = object;
  return rest;
}
