import { without } from '../../lambda/core/json/path.ts';
import { at, isObject, type JsonObject } from '../../lambda/core/json.ts';

/** An object as an event shows it. */
export interface Manifest {
  /** Without what the API server keeps for itself. */
  readonly shown: JsonObject;
  /** The same with all that was recorded. */
  readonly whole: JsonObject;
  /** What was folded away, by its path; empty: nothing was. */
  readonly folded: readonly string[];
  /** Whose words these are: the server's answer, or what the caller sent. */
  readonly from: 'response' | 'request';
}

/** What the API server adds and nobody wrote. */
const FOLDED: readonly (readonly string[])[] = [
  ['metadata', 'managedFields'],
  ['metadata', 'resourceVersion'],
  ['metadata', 'generation'],
  ['metadata', 'uid'],
  ['status'],
];

/** undefined: the event has no body that is an object (a `Status` is an answer and no object). */
export function manifestOf(event: unknown): Manifest | undefined {
  const response = at(event, 'responseObject');
  if (isManifest(response)) return folded(response, 'response');
  const request = at(event, 'requestObject');
  // A patch is no object, nor are the options of a delete.
  const isSent = ['create', 'update'].includes(String(at(event, 'verb')));
  return isSent && isManifest(request) ? folded(request, 'request') : undefined;
}

/** Whether the API server left the bodies out, which were too large for its audit log. */
export function isWithoutBodies(event: unknown): boolean {
  return at(event, 'annotations', 'audit.k8s.io/truncated') === 'true';
}

function isManifest(body: unknown): body is JsonObject {
  return isObject(body) && body.kind !== 'Status' && isObject(body.metadata) && !Array.isArray(body.items);
}

function folded(whole: JsonObject, from: Manifest['from']): Manifest {
  const paths = FOLDED.filter((path) => at(whole, ...path) !== undefined);
  const shown = paths.reduce<unknown>(without, whole);
  return { whole, shown: isObject(shown) ? shown : whole, folded: paths.map((path) => path.join('.')), from };
}
