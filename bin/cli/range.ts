import type { Minutes } from '../../lambda/core/minutes/minutes.ts';
import { DAY, floorMinute, isoTime, MINUTE } from '../../lambda/core/time.ts';
import type { Problem } from '../../lib/config/config.ts';
import { DAY_ALONE, parseStart } from '../../lib/config/duration.ts';
import { show } from '../../lib/problems/show.ts';

/** The three flags of every command that takes a range of time. */
export const FROM_FLAG = [
  '--from <time>',
  'where it begins: 2026-11-21T12:00:00Z, 2026-11-21 (that day of UTC), or how long ago',
] as const;
export const TO_FLAG = [
  '--to <time>',
  'where it ends; a day belongs to it whole (default: the last minute that is over)',
] as const;
export const SINCE_FLAG = ['--since <time>', 'another word for --from, up to now: 90m, 2h, 7d'] as const;

export interface RangeFlags {
  readonly from?: string;
  readonly to?: string;
  readonly since?: string;
}

export interface RangeOptions {
  /** Milliseconds. */
  readonly now: number;
  /** Where the range begins when no flag says so; absent: a flag must. */
  readonly since?: string;
}

export type Range =
  | { readonly ok: true; readonly minutes: Minutes }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Whole UTC minutes: a begin within a minute takes that minute in, an end within one too, and a day as the end that
 * day as far as it is over. Refused: minutes that are not over yet, since nobody can have read them in full.
 */
export function parseRange({ from, to, since }: RangeFlags, { now, since: otherwise }: RangeOptions): Range {
  if (from !== undefined && since !== undefined)
    return refused('--since', 'Both --from and --since say where the range begins: leave one of them out.');
  const begin = from ?? since ?? otherwise;
  if (begin === undefined) return refused('--from', 'Missing: say where the range begins, like --from 2h.');
  const over = floorMinute(now);
  const first = timeOf(from === undefined ? '--since' : '--from', begin, now);
  const last = to === undefined ? over : endOf(to, now);
  if (typeof first !== 'number' || typeof last !== 'number')
    return { ok: false, problems: [first, last].filter((each) => typeof each !== 'number') };
  const minutes = { from: floorMinute(first), to: Math.ceil(last / MINUTE) * MINUTE };
  if (minutes.to > over) {
    const message = `Minutes are read when they are over, and ${isoTime(over - 1)} is the end of the last that is: say --to ${minuteText(over)}.`;
    return refused(to === undefined ? '--from' : '--to', message);
  }
  if (minutes.from >= minutes.to) {
    const message = `Expected a begin before the end, found ${minuteText(minutes.from)} and ${minuteText(minutes.to)}.`;
    return refused(from === undefined ? '--since' : '--from', message);
  }
  return { ok: true, minutes };
}

/** A minute as it can be given to the flags again. */
export function minuteText(minute: number): string {
  return isoTime(minute).replace(':00.000Z', ':00Z');
}

/** The flags that say the same range again, whenever they are used. */
export function flagsOf({ from, to }: Minutes): string {
  return `--from ${minuteText(from)} --to ${minuteText(to)}`;
}

/** A day ends with its last minute, or with the last one that is over. */
function endOf(text: string, now: number): number | Problem {
  const time = timeOf('--to', text, now);
  if (typeof time !== 'number' || !DAY_ALONE.test(text) || time > now) return time;
  return Math.min(time + DAY, floorMinute(now));
}

/** Milliseconds: a time, a day of UTC, or how long ago. */
export function timeOf(path: string, text: string, now: number): number | Problem {
  const start = parseStart(text);
  if (typeof start === 'string') return Date.parse(start);
  if (start !== undefined && start * 1000 <= now) return now - start * 1000;
  const zoneless = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d)?$/.exec(text);
  const todo =
    zoneless === null ? '' : ` It names no zone: write ${zoneless[1]}${zoneless[2] ?? ':00'}Z if it is in UTC.`;
  const message = `Expected a time like 2026-11-21T12:00:00Z or 2026-11-21, or how long ago like 90m, 2h or 7d, found ${show(text)}.${todo}`;
  return { path, message };
}

function refused(path: string, message: string): Range {
  return { ok: false, problems: [{ path, message }] };
}
