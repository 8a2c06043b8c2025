/** Times as the pipe needs them: whole UTC minutes, and Kubernetes' RFC 3339 timestamps read strictly. */

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const DAY = 24 * 60 * MINUTE;

export function floorMinute(milliseconds: number): number {
  return Math.floor(milliseconds / MINUTE) * MINUTE;
}

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
const ZERO = 48;
const SECONDS_END = 19;

/**
 * Milliseconds since the epoch, or undefined for what is no RFC 3339 time. Strict: `Date.parse` takes 30 February and
 * rolls it over, and what Elasticsearch's parser then refuses would cost the whole document. Each line has several
 * times, so their digits are read in place.
 */
export function parseTime(text: unknown): number | undefined {
  if (typeof text !== 'string' || !RFC3339.test(text)) return undefined;
  const year = 100 * two(text, 0) + two(text, 2);
  const [month, day] = [two(text, 5), two(text, 8)];
  const [hour, minute, second] = [two(text, 11), two(text, 14), two(text, 17)];
  if (year < 1000 || hour > 23 || minute > 59 || second > 59) return undefined;
  if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return undefined;
  const local = Date.UTC(year, month - 1, day, hour, minute, second, thousandths(text));
  return text.endsWith('Z') ? local : local - offset(text);
}

function two(text: string, at: number): number {
  return 10 * digit(text, at) + digit(text, at + 1);
}

function digit(text: string, at: number): number {
  return text.charCodeAt(at) - ZERO;
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Of a second, from the digits behind its point; those that are not there are 0. */
function thousandths(text: string): number {
  let found = 0;
  if (text.charAt(SECONDS_END) !== '.') return found;
  for (let at = SECONDS_END + 1, worth = 100; worth >= 1; at += 1, worth /= 10) {
    const one = digit(text, at);
    if (one < 0 || one > 9) break;
    found += one * worth;
  }
  return found;
}

/** At the end: `+01:00` */
function offset(text: string): number {
  const at = text.length - 6;
  return (text.charAt(at) === '-' ? -1 : 1) * (60 * two(text, at + 1) + two(text, at + 4)) * MINUTE;
}

/** Elasticsearch's `date_nanos` holds 1970 to 2262 only. */
export function fitsNanos(text: unknown): text is string {
  const time = parseTime(text);
  return time !== undefined && time >= 0 && time < Date.UTC(2262, 0, 1);
}

/** The day that was asked for last, as it is written: neighbours share it. */
let written = { day: Number.NaN, date: '' };

export function isoTime(milliseconds: number): string {
  const day = Math.floor(milliseconds / DAY);
  if (day !== written.day) written = { day, date: new Date(milliseconds).toISOString().slice(0, -13) };
  const time = Math.floor(milliseconds - day * DAY);
  const minutes = Math.floor(time / MINUTE);
  const hour = TWO[Math.floor(minutes / 60)];
  return `${written.date}${hour}:${TWO[minutes % 60]}:${TWO[Math.floor(time / SECOND) % 60]}.${THREE[time % SECOND]}Z`;
}

const TWO = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));
const THREE = Array.from({ length: SECOND }, (_, number) => String(number).padStart(3, '0'));
