/** Times as the pipe needs them: whole UTC minutes, and Kubernetes' RFC 3339 timestamps read strictly. */

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const DAY = 24 * 60 * MINUTE;

export function floorMinute(milliseconds: number): number {
  return Math.floor(milliseconds / MINUTE) * MINUTE;
}

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$/;

/**
 * Milliseconds since the epoch, or undefined for what is no RFC 3339 time. Strict: `Date.parse` takes 30 February and
 * rolls it over, and what Elasticsearch's parser then refuses would cost the whole document.
 */
export function parseTime(text: unknown): number | undefined {
  const match = typeof text === 'string' ? RFC3339.exec(text) : null;
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const local = Date.UTC(
    year,
    month - 1,
    day,
    hour,
    minute,
    second,
    Number((match[7] ?? '').padEnd(3, '0').slice(0, 3)),
  );
  const date = new Date(local);
  const rolledOver = date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day;
  if (year < 1000 || rolledOver || hour > 23 || minute > 59 || second > 59) return undefined;
  return local - offset(match[8], match[9], match[10]);
}

function offset(sign = '+', hours = '0', minutes = '0'): number {
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE;
}

/** Elasticsearch's `date_nanos` holds 1970 to 2262 only. */
export function fitsNanos(text: unknown): text is string {
  const time = parseTime(text);
  return time !== undefined && time >= 0 && time < Date.UTC(2262, 0, 1);
}

export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
