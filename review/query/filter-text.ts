import { MAX_UNITS } from '../../lambda/core/document/fit.ts';
import { isoTime } from '../../lambda/core/time.ts';
import { DAY_ALONE, parseStart } from '../../lib/config/duration.ts';
import type { Problem } from '../../lib/problems/problem.ts';
import { sentence } from '../../lib/problems/sentence.ts';
import { ALL, type Filter, isAddress, KEYS, type Key, OUTCOMES, plain, starsIn, type Times } from './filter.ts';

/** A filter as a URL's parameters have it, and as a command's flags do. */

export interface ParsedFilter {
  /** Without what is wrong. */
  readonly filter: Filter;
  /** A sentence for each value that was left out; `path` is the parameter's name. */
  readonly problems: readonly Problem[];
}

/** What a URL need not hold more of, and a query must not. */
const LONGEST_TEXT = 1000;
const MOST = 50;
/**
 * The sizes that a pattern may have. Elasticsearch counts its steps on the way to an automaton, and refuses what takes
 * over 100,000: each star costs up to half the square of the length, letters of several bytes more with many stars. One
 * of 8,192 stars ended the server.
 */
const PATTERNS = [
  { stars: 3, characters: 250 },
  { stars: 10, characters: 100 },
] as const;
/**
 * Characters of all patterns together: Elasticsearch makes an automaton of each for each shard and field, and takes about
 * as long as the patterns are.
 */
const MOST_OF_PATTERNS = 250;
const TEXT = 'q';

/** Parameters of other names are left alone. `now`: milliseconds, what `7d` counts from. */
export function parseFilter(params: URLSearchParams, now = Date.now()): ParsedFilter {
  const problems: Problem[] = [];
  const lists = withoutCostly(
    KEYS.map((key) => [key, valuesOf(params, key, problems)] as const),
    problems,
  );
  const single = (name: string, fault: (text: string) => string | undefined) => {
    const text = params.get(name)?.trim() ?? '';
    const message = text === '' ? undefined : fault(text);
    if (message !== undefined) problems.push({ path: name, message });
    return text === '' || message !== undefined ? undefined : text;
  };
  const singles = {
    from: single('from', timeFault),
    to: single('to', timeFault),
    text: single(TEXT, (text) => lengthFault(text, LONGEST_TEXT)),
  };
  const wrongWay = rangeFault(timesOf(singles, now));
  if (wrongWay !== undefined) problems.push({ path: 'to', message: wrongWay });
  const given = Object.entries(singles).filter(
    ([key, value]) => value !== undefined && (key !== 'to' || wrongWay === undefined),
  );
  return { filter: { ...ALL, ...Object.fromEntries(lists), ...Object.fromEntries(given) }, problems };
}

/** In one order, so that equal filters have equal URLs. Empty for `ALL`. */
export function filterParams(filter: Filter): URLSearchParams {
  const params = new URLSearchParams();
  if (filter.from !== undefined) params.set('from', filter.from);
  if (filter.to !== undefined) params.set('to', filter.to);
  for (const key of KEYS) for (const value of filter[key]) params.append(key, value);
  if (filter.text !== undefined) params.set(TEXT, filter.text);
  return params;
}

function valuesOf(params: URLSearchParams, key: Key, problems: Problem[]): readonly string[] {
  const values = [...new Set(params.getAll(key))].filter((value) => value !== '');
  if (values.length > MOST)
    problems.push({
      path: key,
      message: `Expected at most ${MOST} values, found ${values.length}: the first are used.`,
    });
  return values.slice(0, MOST).filter((value) => {
    const message = valueFault(value) ?? FAULTS[key]?.(value);
    if (message !== undefined) problems.push({ path: key, message });
    return message === undefined;
  });
}

type Lists = readonly (readonly [key: Key, values: readonly string[]])[];

/** Without the patterns that are too much together with those before them. */
function withoutCostly(lists: Lists, problems: Problem[]): Lists {
  let left = MOST_OF_PATTERNS;
  const fits = (value: string) => {
    if (starsIn(value) === 0) return true;
    const isIn = value.length <= left;
    if (isIn) left -= value.length;
    return isIn;
  };
  return lists.map(([key, values]) => {
    const kept = values.filter(fits);
    if (kept.length < values.length) problems.push({ path: key, message: costlyText(values.length - kept.length) });
    return [key, kept];
  });
}

function costlyText(count: number): string {
  const found = count === 1 ? 'one more' : `${count} more`;
  return `Expected patterns (values with a star) of at most ${MOST_OF_PATTERNS} characters in all, found ${found}: write whole names, or ask for them one after the other.`;
}

const addressFault = (value: string) =>
  isAddress(value)
    ? undefined
    : sentence('an address like 203.0.113.7, or a range like 10.0.0.0/8', value, 'write one of these');

const FAULTS: Partial<Record<Key, (value: string) => string | undefined>> = {
  outcome: (value) =>
    OUTCOMES.some((each) => each === value)
      ? undefined
      : sentence('success, failure or unknown', value, 'choose one of these'),
  address: addressFault,
  claimed: addressFault,
  kind: (value) =>
    /^[^./\s*][^/\s*]*(\/[^/\s*]+)?$/.test(value)
      ? undefined
      : sentence(
          'a kind like networkpolicies, pods.core or pods/exec',
          value,
          'write it whole, as kubectl does, without a star',
        ),
};

/** What keeps Elasticsearch from looking for a name or a pattern, in a sentence. */
export function valueFault(value: string): string | undefined {
  const stars = starsIn(value);
  // A longer name is in no index.
  if (stars === 0) return lengthFault(plain(value), MAX_UNITS);
  const { length } = value;
  if (PATTERNS.some((size) => stars <= size.stars && length <= size.characters)) return undefined;
  const sizes = PATTERNS.map((size) => `at most ${size.characters} characters with up to ${size.stars} stars`);
  return `Expected a pattern of ${sizes.join(', or ')}; found ${length} characters with ${stars}: shorten it.`;
}

function lengthFault(value: string, most: number): string | undefined {
  return value.length <= most ? undefined : `Expected at most ${most} characters, found ${value.length}: shorten it.`;
}

function timeFault(text: string): string | undefined {
  const start = parseStart(text);
  if (start === undefined)
    return sentence(
      'a time like 2026-11-21T12:00:00Z or 2026-11-21, or how long ago like 90m, 2h or 7d',
      text,
      'write it so',
    );
  const isTold = typeof start === 'number' ? start <= LONGEST_AGO : start >= FIRST;
  return isTold ? undefined : sentence('a time after 1970', text, 'nothing is older');
}

function rangeFault({ from, to }: Times): string | undefined {
  if (from === undefined || to === undefined || from < to) return undefined;
  return `Expected an end behind the beginning, which is ${isoTime(from)}; found ${isoTime(to)}: nothing lies between them.`;
}

/** Seconds: what is no longer ago is after 1970, whenever it is asked. */
const LONGEST_AGO = 20_000 * 86_400;
const FIRST = '1970';

interface Ends {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The range of a filter in milliseconds. A day as the end belongs to it whole. */
export function timesOf({ from, to }: Ends, now: number): Times {
  return {
    from: from === undefined ? undefined : momentOf(from, now),
    to: to === undefined ? undefined : endOf(to, now),
  };
}

const DAY = 86_400_000;

function endOf(text: string, now: number): number | undefined {
  const time = momentOf(text, now);
  return time !== undefined && DAY_ALONE.test(text) ? time + DAY : time;
}

function momentOf(text: string, now: number): number | undefined {
  const start = parseStart(text);
  return typeof start === 'number' ? now - start * 1000 : start === undefined ? undefined : Date.parse(start);
}

/** The same filter with times that stay, for what is kept or sent to somebody. */
export function settled(filter: Filter, now: number): Filter {
  const { from, to } = timesOf(filter, now);
  return {
    ...filter,
    ...(from === undefined ? {} : { from: isoTime(from) }),
    ...(to === undefined ? {} : { to: isoTime(to) }),
  };
}
