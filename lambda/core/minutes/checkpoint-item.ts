import { isObject, type JsonObject, textAt } from '../json.ts';
import { digestText, parseDigest } from '../ledger/digest.ts';
import { type Row, type Sums, unaccounted } from '../ledger/row.ts';
import { isoTime } from '../time.ts';
import type { Checkpoint, Judged } from './checkpoint.ts';
import type { MinuteInParts } from './part.ts';

/**
 * How checkpoint and rows lie in the table: times as ISO text and digests as hexadecimal, so that a person who looks
 * at an item can read it.
 */

export function checkpointItem({ start, cursors, judged, parts }: Checkpoint) {
  return {
    startedAt: isoTime(start),
    cursors: byAge(cursors, isoTime),
    judged: judged.map(({ to, policy }) => ({ to: isoTime(to), policy })),
    parts: byAge(parts, partItem),
  };
}

/** undefined: the item holds a lease alone, nothing was ever read. */
export function checkpointOf(item: JsonObject): Checkpoint | undefined {
  const startedAt = textAt(item, 'startedAt');
  if (startedAt === undefined || !isObject(item.cursors)) return undefined;
  const judged = Array.isArray(item.judged) ? item.judged : [];
  return {
    start: time(startedAt),
    cursors: fromAges(item.cursors, time),
    judged: judged.map((each): Judged => ({ to: time(textAt(each, 'to')), policy: textAt(each, 'policy') ?? '' })),
    parts: fromAges(isObject(item.parts) ? item.parts : {}, partOf),
  };
}

export function rowItem(row: Row) {
  const { minute, readAt, first, policy, vanished } = row;
  const missing = unaccounted(row);
  const fault = missing === 0 ? {} : { unaccounted: missing };
  return { ...sumsItem(row), minute: isoTime(minute), readAt, first, policy, vanished, ...fault };
}

export function rowOf(item: JsonObject): Row {
  const numbers = (key: string) => Number(item[key] ?? 0);
  return {
    ...sumsOf(item),
    minute: time(textAt(item, 'minute')),
    readAt: numbers('readAt'),
    first: numbers('first'),
    policy: textAt(item, 'policy') ?? '',
    vanished: numbers('vanished'),
  };
}

function partItem({ minute, how, upTo, span, begun, sums }: MinuteInParts) {
  return { minute: isoTime(minute), how, upTo: isoTime(upTo), span, begun: isoTime(begun), sums: sumsItem(sums) };
}

function partOf(item: unknown): MinuteInParts {
  const part = isObject(item) ? item : {};
  return {
    minute: time(textAt(part, 'minute')),
    how: textAt(part, 'how') === 'comparing' ? 'comparing' : 'sending',
    upTo: time(textAt(part, 'upTo')),
    span: Number(part.span),
    begun: time(textAt(part, 'begun')),
    sums: sumsOf(isObject(part.sums) ? part.sums : {}),
  };
}

function sumsItem({ lines, bytes, digest, kept, dropped, parked, duplicates, truncated }: Sums) {
  return { lines, bytes, digest: digestText(digest), kept, dropped, parked, duplicates, truncated };
}

function sumsOf(item: JsonObject): Sums {
  const count = (key: string) => Number(item[key] ?? 0);
  return {
    lines: count('lines'),
    bytes: count('bytes'),
    digest: parseDigest(textAt(item, 'digest') ?? '0'),
    kept: count('kept'),
    dropped: countsOf(item.dropped),
    parked: countsOf(item.parked),
    duplicates: count('duplicates'),
    truncated: count('truncated'),
  };
}

function countsOf(value: unknown): Readonly<Record<string, number>> {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, count]) => [key, Number(count)]));
}

function byAge<T, U>(map: ReadonlyMap<number, T>, item: (value: T) => U): Record<string, U> {
  return Object.fromEntries([...map].map(([age, value]) => [String(age), item(value)]));
}

function fromAges<T>(item: JsonObject, of: (value: unknown) => T): ReadonlyMap<number, T> {
  return new Map(Object.entries(item).map(([age, value]): [number, T] => [Number(age), of(value)]));
}

function time(text: unknown): number {
  return Date.parse(String(text));
}
