import { isObject, type JsonObject, textAt } from '../json.ts';
import { isoTime } from '../time.ts';
import type { Counts, Found, Lines, Outcomes, Sums } from './counts.ts';
import { digestText, parseDigest } from './digest.ts';
import { type Last, type Row, unaccounted } from './row.ts';

/** How rows lie in the table: times as ISO text, digests as hexadecimal, so that a person can read them. */

export function rowItem(row: Row) {
  const { minute, readAt, first, last, late, vanished, policy, naming, shapes } = row;
  const missing = unaccounted(row);
  const fault = missing === 0 ? {} : { unaccounted: missing };
  const item = {
    ...linesItem(row),
    ...outcomesItem(row),
    minute: isoTime(minute),
    readAt,
    first,
    last: lastItem(last),
  };
  return { ...item, late, vanished, policy, naming, shapes, ...fault };
}

export function rowOf(item: JsonObject): Row {
  const number = (key: string) => Number(item[key] ?? 0);
  const sums = linesOf(item);
  const { lines, digest } = sums;
  return {
    ...sums,
    ...outcomesOf(item),
    minute: Date.parse(String(item.minute)),
    readAt: number('readAt'),
    first: number('first'),
    last: isObject(item.last) ? lastOf(item.last) : { lines, digest, seenUntil: Number.POSITIVE_INFINITY },
    // A row of an earlier version does not say; then it is what came after the first read.
    late: Number(item.late ?? lines - number('first')),
    vanished: number('vanished'),
    policy: textAt(item, 'policy') ?? '',
    naming: textAt(item, 'naming') ?? '',
    shapes: Array.isArray(item.shapes) ? item.shapes.map(Number) : [1],
  };
}

/** Without `seenUntil` where nothing is known of it: no number in the table stands for ever. */
function lastItem({ lines, digest, seenUntil }: Last) {
  const seen = Number.isFinite(seenUntil) ? { seenUntil: isoTime(seenUntil) } : {};
  return { lines, digest: digest === null ? null : digestText(digest), ...seen };
}

function lastOf(item: JsonObject): Last {
  const { lines, digest } = linesOf(item);
  const seenUntil = textAt(item, 'seenUntil');
  const known = textAt(item, 'digest') === undefined ? null : digest;
  return {
    lines,
    digest: known,
    seenUntil: seenUntil === undefined ? Number.POSITIVE_INFINITY : Date.parse(seenUntil),
  };
}

/** Of a minute that is read in parts. */
export function sumsItem(sums: Sums) {
  const { lines, digest } = sums.known;
  const known = { lines, digest: digestText(digest) };
  return { ...linesItem(sums), ...outcomesItem(sums), seenUntil: sums.seenUntil, known };
}

export function sumsOf(item: JsonObject): Sums {
  return { ...foundOf(item), ...outcomesOf(item) };
}

export function foundOf(item: JsonObject): Found {
  const { lines, digest } = linesOf(isObject(item.known) ? item.known : {});
  return { ...linesOf(item), seenUntil: Number(item.seenUntil ?? 0), known: { lines, digest } };
}

function linesItem({ lines, bytes, digest }: Lines) {
  return { lines, bytes, digest: digestText(digest) };
}

function linesOf(item: JsonObject): Lines {
  const number = (key: string) => Number(item[key] ?? 0);
  return { lines: number('lines'), bytes: number('bytes'), digest: parseDigest(textAt(item, 'digest') ?? '0') };
}

function outcomesItem({ kept, dropped, parked, duplicates, truncated }: Outcomes) {
  return { kept, dropped, parked, duplicates, truncated };
}

function outcomesOf(item: JsonObject): Outcomes {
  const number = (key: string) => Number(item[key] ?? 0);
  return {
    kept: number('kept'),
    dropped: renamed(countsOf(item.dropped)),
    parked: countsOf(item.parked),
    duplicates: number('duplicates'),
    truncated: number('truncated'),
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
