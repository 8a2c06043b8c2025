import { isoTime } from './time.ts';

/**
 * Fills an index pattern: `{cluster}`, and `{yyyy.MM.dd}`, `{yyyy.MM}` or `{yyyyMMdd}` from the UTC day of `time`
 * (milliseconds).
 */
export function indexName(pattern: string, indexCluster: string, time: number): string {
  const [year, month, day] = isoTime(time).slice(0, 10).split('-');
  return pattern
    .replaceAll('{cluster}', indexCluster)
    .replaceAll('{yyyy.MM.dd}', `${year}.${month}.${day}`)
    .replaceAll('{yyyy.MM}', `${year}.${month}`)
    .replaceAll('{yyyyMMdd}', `${year}${month}${day}`);
}

/** The last moment (milliseconds) of the UTC day, or month where the pattern names no day, that `time` falls in. */
export function periodEnd(pattern: string, time: number): number {
  const date = new Date(time);
  const byDay = /\{yyyy\.?MM\.?dd\}/.test(pattern);
  return byDay
    ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1) - 1
    : Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) - 1;
}

/** All indices of a cluster, whatever their day. */
export function indicesOf(pattern: string, indexCluster: string): string {
  return pattern.replaceAll('{cluster}', indexCluster).replace(/\{.*\}/, '*');
}
