import { hash } from 'node:crypto';
import type { JsonObject } from '../json.ts';
import { parseTime } from '../time.ts';

export const ID_BYTES = 24;
/** Characters. */
export const ID_LENGTH = 32;

/**
 * A document's id: 6 bytes of time and 18 bytes of SHA-256, as 32 characters of base64url. The time in front keeps
 * neighbours together in Lucene's term dictionary, and Elasticsearch stores such text as its 24 bytes.
 *
 * Never made from `auditID`: the API server takes that from the caller's header, so a caller could have its own
 * events swallowed as duplicates.
 */
export function eventId(cluster: string, text: string, event: JsonObject): string {
  const time = parseTime(event.stageTimestamp) ?? parseTime(event.requestReceivedTimestamp) ?? 0;
  return id(time, ['event', cluster, text]);
}

/** The id of what is no complete event: CloudWatch's time stands in for the event's own. */
export function lineId(cluster: string, timestamp: number, text: string): string {
  return id(timestamp, ['line', cluster, String(timestamp), text]);
}

function id(time: number, parts: readonly string[]): string {
  // A cluster's name holds no NUL, so two different lists of parts never hash the same bytes.
  return timeText(time > 0 && time < 2 ** 48 ? time : 0) + hash('sha256', parts.join('\0'), 'base64url').slice(0, 24);
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Six bytes as base64url: eight digits, so that no byte of the hash behind them shares one. */
function timeText(time: number): string {
  let [text, left] = ['', time];
  for (let at = 0; at < 8; at += 1) {
    text = DIGITS.charAt(left % 64) + text;
    left = Math.floor(left / 64);
  }
  return text;
}
