import { at, type JsonObject, textAt } from '../../lambda/core/json.ts';
import { isWithoutBodies, manifestOf } from './manifest.ts';
import { isSame, type ObjectKey, objectOf } from './object.ts';
import { type Row, rowIn } from './row.ts';

/** What one event did to an object, as far as the event's own fields tell. */
export interface Change {
  readonly row: Row;
  readonly deed: Deed;
  /** Of the object, as the answer or the request tells it. */
  readonly uid?: string;
  /** Of the answer. */
  readonly resourceVersion?: string;
  /** The group that it was asked for by: Calico's objects have two. */
  readonly group: string;
  /** Its bodies are lost: CloudWatch Logs cut the line, or the API server left them out. */
  readonly isCut: boolean;
}

export type Deed =
  /** It has a body that is a version: the answer's, or else what was sent. */
  | { readonly kind: 'version'; readonly isAsSent: boolean }
  | { readonly kind: 'unknown change' }
  | { readonly kind: 'line' }
  | { readonly kind: 'failure' }
  | { readonly kind: 'dry run' }
  | { readonly kind: 'deletion requested' }
  | { readonly kind: 'deleted' }
  /** Of many. */
  | { readonly kind: 'collection'; readonly listed: Listed }
  | { readonly kind: 'namespace' };

/**
 * undefined: it changed nothing of this object. `event`: what the line of `listed` says; undefined: it was cut, or was
 * not looked at.
 */
export function changeOf(listed: Row, event: JsonObject | undefined, key: ObjectKey): Change | undefined {
  const row = rowIn(listed, event);
  const isCut = row.tags.includes('truncated') || isWithoutBodies(event);
  const deed = isSame(objectOf(row) ?? NONE, key) ? ownDeed(row, event, isCut) : foreignDeed(row, event, key);
  if (deed === undefined) return undefined;
  const change = { row, deed, group: row.kind?.group ?? '', isCut };
  if (deed.kind === 'collection')
    return deed.listed.is === 'listed' ? { ...change, ...uidOf(deed.listed.uid) } : change;
  if (deed.kind === 'namespace' || deed.kind === 'line') return change;
  const uid =
    textAt(event, 'responseObject', 'metadata', 'uid') ??
    textAt(event, 'objectRef', 'uid') ??
    textAt(event, 'requestObject', 'metadata', 'uid') ??
    textAt(event, 'responseObject', 'details', 'uid');
  const resourceVersion = textAt(event, 'responseObject', 'metadata', 'resourceVersion');
  return { ...change, ...uidOf(uid), ...(resourceVersion === undefined ? {} : { resourceVersion }) };
}

function uidOf(uid: string | undefined): Pick<Change, 'uid'> {
  return uid === undefined ? {} : { uid };
}

/** Whether the line must be looked at to know what the row did. */
export function hasMore(row: Row): boolean {
  // Of a deletion only its body tells whether it was a rehearsal.
  const isChange = !row.isDryRun || DELETIONS.has(row.verb);
  return isChange && !hasFailed(row) && row.kind?.subresource === undefined;
}

/** No object is like it. */
const NONE: ObjectKey = { cluster: '', group: '', resource: '', name: '' };

/** What is not an answer, or no good one, changed nothing. */
function hasFailed({ code, stage }: Row): boolean {
  return (code !== undefined && code >= 300) || stage === 'Panic';
}

function ownDeed(row: Row, event: JsonObject | undefined, isCut: boolean): Deed | undefined {
  const { verb, kind, isDryRun, level } = row;
  if (!WRITES.has(verb)) return undefined;
  if (isDryRun) return { kind: 'dry run' };
  if (hasFailed(row)) return { kind: 'failure' };
  if (kind?.subresource !== undefined) return { kind: 'line' };
  const manifest = manifestOf(event);
  // An answer that is lost may have been the object: then it was still there.
  if (verb === 'delete') return { kind: manifest === undefined && !isCut ? 'deleted' : 'deletion requested' };
  if (manifest === undefined) return { kind: 'unknown change' };
  // Where an answer was recorded that is no object, what was sent tells nothing.
  if (manifest.from === 'request' && level !== 'Request') return { kind: 'unknown change' };
  return { kind: 'version', isAsSent: manifest.from === 'request' };
}

const DELETIONS = new Set(['delete', 'deletecollection']);
const WRITES = new Set(['create', 'update', 'patch', 'delete']);
/** What changes an object, and what ends many. */
export const CHANGING = [...WRITES, 'deletecollection'] as const;

/** Deletions of many, and of the namespace. Those that failed were none of this object. */
function foreignDeed(row: Row, event: JsonObject | undefined, key: ObjectKey): Deed | undefined {
  if (row.isDryRun || hasFailed(row) || row.kind?.subresource !== undefined) return undefined;
  const { kind, cluster, namespace, verb } = row;
  if (kind === undefined || cluster !== key.cluster) return undefined;
  const named = { cluster, group: kind.group ?? '', resource: kind.resource, name: key.name };
  const object = { ...named, ...(namespace === undefined ? {} : { namespace }) };
  if (verb === 'deletecollection')
    return isSame(object, key) ? { kind: 'collection', listed: listedIn(event?.responseObject, key) } : undefined;
  const isNamespace = verb === 'delete' && kind.resource === 'namespaces' && kind.group === '';
  return isNamespace && key.namespace !== undefined && row.name === key.namespace ? { kind: 'namespace' } : undefined;
}

export type Listed =
  /** The answer names it. */
  | { readonly is: 'listed'; readonly uid?: string }
  | { readonly is: 'not listed' }
  /** The answer was not recorded, or is no list. */
  | { readonly is: 'unknown' };

/** Whether the answer to a deletion of many names the object. */
function listedIn(response: unknown, key: ObjectKey): Listed {
  const items = at(response, 'items');
  if (!Array.isArray(items)) return { is: 'unknown' };
  const found = items.find((item) => {
    const name = textAt(item, 'metadata', 'name');
    return name !== undefined && isSame({ ...key, name }, key);
  });
  if (found === undefined) return { is: 'not listed' };
  const uid = textAt(found, 'metadata', 'uid');
  return { is: 'listed', ...(uid === undefined ? {} : { uid }) };
}
