import { isObject, type JsonObject } from '../json.ts';
import type { Undecodable } from '../ledger/outcome.ts';

export type Decoded =
  /** `text` is the line without trailing newlines: what ids and `event.original` are made of. */
  | { readonly kind: 'event'; readonly event: JsonObject; readonly text: string }
  | { readonly kind: 'undecodable'; readonly reason: Undecodable; readonly text: string };

/** What CloudWatch puts at the end of a line that it cut. */
export const CUT_MARK = '[Truncated...]';
/** What begins so and doesn't end as an event was cut elsewhere. */
const BEGINS_LIKE_AN_EVENT = /^\s*\{\s*"kind"\s*:\s*"Event"/;

/** Takes a line apart. Never throws, whatever the line. */
export function decode(message: string): Decoded {
  const text = withoutNewlines(message);
  const value = parse(text);
  if (value === undefined) {
    const cut = text.endsWith(CUT_MARK) || BEGINS_LIKE_AN_EVENT.test(text);
    return { kind: 'undecodable', reason: cut ? 'truncated' : 'not JSON', text };
  }
  return isAuditEvent(value)
    ? { kind: 'event', event: value, text }
    : { kind: 'undecodable', reason: 'not an audit event', text };
}

/** Without those at the end. A pattern would look for the end anew from each one of a long run. */
function withoutNewlines(message: string): string {
  let end = message.length;
  while (end > 0 && (message.charAt(end - 1) === '\n' || message.charAt(end - 1) === '\r')) end -= 1;
  return message.slice(0, end);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isAuditEvent(value: unknown): value is JsonObject {
  return (
    isObject(value) &&
    value.kind === 'Event' &&
    typeof value.apiVersion === 'string' &&
    value.apiVersion.startsWith('audit.k8s.io/')
  );
}
