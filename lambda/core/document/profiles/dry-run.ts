import { at, isObject, type JsonObject, textAt } from '../../json.ts';

/** Whether a request was a rehearsal that changes nothing; undefined: the event doesn't tell. */
export function isDryRun(event: JsonObject): boolean | undefined {
  const options = at(event, 'requestObject');
  // Of a deletion the API server reads a body's options, and those of the URI only where there is no body.
  if (isDeletion(event) && isObject(options)) return isNonEmpty(options.dryRun);
  const uri = textAt(event, 'requestURI');
  if (uri === undefined) return undefined;
  const query = uri.indexOf('?');
  return query >= 0 && (new URLSearchParams(uri.slice(query)).get('dryRun') ?? '') !== '';
}

function isDeletion({ verb }: JsonObject): boolean {
  return verb === 'delete' || verb === 'deletecollection';
}

function isNonEmpty(list: unknown): boolean {
  return Array.isArray(list) && list.length > 0;
}
