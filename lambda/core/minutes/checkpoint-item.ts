import { isObject, type JsonObject, textAt } from '../json.ts';
import { NONE } from '../ledger/counts.ts';
import { foundOf, sumsItem, sumsOf } from '../ledger/row-item.ts';
import { isoTime } from '../time.ts';
import type { Checkpoint, Judged } from './checkpoint.ts';
import type { Base, MinuteInParts } from './part.ts';

/** How the checkpoint lies in the table: times as ISO text, so that a person who looks at the item can read it. */

export function checkpointItem({ start, cursors, judged, parts, naming }: Checkpoint) {
  return {
    startedAt: isoTime(start),
    cursors: byAge(cursors, isoTime),
    judged: judged.map(({ to, policy, naming }) => ({ to: isoTime(to), policy, naming })),
    parts: byAge(parts, partItem),
    naming,
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
    judged: judged.map(judgedOf),
    parts: fromAges(isObject(item.parts) ? item.parts : {}, partOf),
    naming: textAt(item, 'naming') ?? '',
  };
}

function judgedOf(item: unknown): Judged {
  const text = (key: string) => textAt(item, key) ?? '';
  return { to: time(text('to')), policy: text('policy'), naming: text('naming') };
}

function partItem({ minute, how, upTo, span, begun, sums, compared, base }: MinuteInParts) {
  const part = { minute: isoTime(minute), how, upTo: isoTime(upTo), span, begun: isoTime(begun), sums: sumsItem(sums) };
  return {
    ...part,
    ...(compared === undefined ? {} : { compared: sumsItem({ ...NONE, ...compared }) }),
    ...(base === undefined ? {} : { base }),
  };
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
    ...(isObject(part.compared) ? { compared: foundOf(part.compared) } : {}),
    ...(isObject(part.base) ? { base: baseOf(part.base) } : {}),
  };
}

function baseOf(item: JsonObject): Base {
  const text = (key: string) => textAt(item, key) ?? '';
  return { policy: text('policy'), naming: text('naming'), readAt: Number(item.readAt ?? 0) };
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
