import { isObject, type JsonObject, textAt } from '../json.ts';
import { isoTime } from '../time.ts';
import type { Counts, Sums } from './counts.ts';
import { digestText, parseDigest } from './digest.ts';
import { type Row, unaccounted } from './row.ts';

/** How rows lie in the table: times as ISO text, digests as hexadecimal, so that a person can read them. */

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
    minute: Date.parse(String(item.minute)),
    readAt: numbers('readAt'),
    first: numbers('first'),
    policy: textAt(item, 'policy') ?? '',
    vanished: numbers('vanished'),
  };
}

export function sumsItem({ lines, bytes, digest, kept, dropped, parked, duplicates, truncated }: Sums) {
  return { lines, bytes, digest: digestText(digest), kept, dropped, parked, duplicates, truncated };
}

export function sumsOf(item: JsonObject): Sums {
  const count = (key: string) => Number(item[key] ?? 0);
  return {
    lines: count('lines'),
    bytes: count('bytes'),
    digest: parseDigest(textAt(item, 'digest') ?? '0'),
    kept: count('kept'),
    dropped: renamed(countsOf(item.dropped)),
    parked: countsOf(item.parked),
    duplicates: count('duplicates'),
    truncated: count('truncated'),
  };
}

function countsOf(value: unknown): Counts {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, count]) => [key, Number(count)]));
}

/** A row written by an earlier version names a rule by its number alone. */
function renamed(dropped: Counts): Counts {
  return Object.fromEntries(
    Object.entries(dropped).map(([by, count]) => [/^\d+$/.test(by) ? `rules[${by}]` : by, count]),
  );
}
