import { isoTime, parseTime } from '../../lambda/core/time.ts';

const SECONDS = new Map(Object.entries({ s: 1, m: 60, h: 3600, d: 86_400 }));

/** A whole number and its unit: `30s`, `15m`, `2h`, `1d`. */
export const DURATION = /^(\d{1,9})([smhd])$/;

/** Seconds; undefined for what is no duration. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit = ''] = DURATION.exec(text) ?? [];
  const seconds = SECONDS.get(unit);
  return seconds === undefined ? undefined : Number(count) * seconds;
}

/** A day of UTC. */
export const DAY_ALONE = /^\d{4}-\d\d-\d\d$/;

/** Seconds back from now, or a time as ISO text in UTC; undefined for neither. A day alone begins at midnight UTC. */
export function parseStart(text: string): number | string | undefined {
  const time = parseTime(DAY_ALONE.test(text) ? `${text}T00:00:00Z` : text);
  return time === undefined ? parseDuration(text) : isoTime(time);
}
