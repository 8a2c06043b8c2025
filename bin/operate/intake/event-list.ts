import { isAuditEvent } from '../../../lambda/core/document/decode.ts';
import { parseJson, textAt } from '../../../lambda/core/json.ts';
import { type Element, elementsOf } from './elements.ts';
import type { LineLimits, RawLine } from './lines.ts';

/** The events of `EventList`s, one after the other, as the lines that the API server would write of them. */
export async function* eventsOf(
  chunks: AsyncIterable<Buffer>,
  limits: LineLimits = {},
): AsyncGenerator<readonly RawLine[], undefined, undefined> {
  for await (const elements of elementsOf(chunks, ['items'], limits)) yield elements.map(lineOf);
  return undefined;
}

const V1 = 'audit.k8s.io/v1';
const NAMED = /^\{\s*"kind"/;
/** Of any object within it, too. */
const KIND = /"kind"\s*:\s*"Event"/;
const EMPTY = /^\{\s*\}$/;

/**
 * In a list the server leaves out of each event what the list says of all; on a line of a log it stands in front. An
 * item that says it itself stays as it is, and so does what is no object.
 */
function lineOf({ bytes, offset, end, isCut, header }: Element): RawLine {
  const item = bytes.toString();
  const version = textAt(header, 'apiVersion');
  const isAudit = version?.startsWith('audit.k8s.io/') === true;
  return { text: asLine(item, isAudit ? version : V1), offset, end, isCut, isEnded: true };
}

/** Every byte of the item as it is. */
export function asLine(item: string, apiVersion = V1): string {
  if (!item.startsWith('{') || NAMED.test(item) || saysItself(item)) return item;
  const separator = EMPTY.test(item) ? '' : ',';
  return `{"kind":"Event","apiVersion":${JSON.stringify(apiVersion)}${separator}${item.slice(1)}`;
}

/** Whoever sorts keys writes others in front. */
function saysItself(item: string): boolean {
  return KIND.test(item) && isAuditEvent(parseJson(item));
}
