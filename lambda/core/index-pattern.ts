import { PARKED_INDEX } from '../contract.ts';
import { isoTime } from './time.ts';

/**
 * How a pattern ends: with so many characters of `2026.11.21`, and a text after them. By the end of a name the function
 * knows which indices no longer take writes.
 */
const DATES = [
  { text: '{yyyy.MM.dd}', period: 'day', length: 10, after: '' },
  // A month's index named by its first day: by a day ILM can tell an index's age.
  { text: '{yyyy.MM}.01', period: 'month', length: 7, after: '.01' },
  { text: '{yyyy.MM}', period: 'month', length: 7, after: '' },
] as const;

const DATE = /^\d{4}\.\d\d(\.\d\d)?$/;

/** Why a text is no pattern. */
export type PatternFault = 'no date at its end' | 'other braces';

/** Names of indices: a text with `{cluster}` in it or not, and a date at its end, by which an index's age is known. */
export class IndexPattern {
  /** What all names begin with: the text before the first `{`. */
  readonly beginning: string;
  /** For how long an index takes documents: a UTC day or month. */
  readonly period: 'day' | 'month';
  /** Around `{cluster}`. */
  readonly #texts: readonly string[];
  readonly #date: (typeof DATES)[number];

  private constructor(texts: readonly string[], date: (typeof DATES)[number]) {
    this.beginning = texts[0] ?? '';
    this.period = date.period;
    this.#texts = texts;
    this.#date = date;
  }

  static parse(text: string): IndexPattern | PatternFault {
    const date = DATES.find((each) => text.endsWith(each.text));
    if (date === undefined) return 'no date at its end';
    const texts = text.slice(0, -date.text.length).split('{cluster}');
    return texts.length > 2 || /[{}]/.test(texts.join('')) ? 'other braces' : new IndexPattern(texts, date);
  }

  /** Of a pattern that the configuration has taken. */
  static of(text: string): IndexPattern {
    const pattern = IndexPattern.parse(text);
    if (pattern instanceof IndexPattern) return pattern;
    throw new Error(`Expected a pattern for index names, found ${JSON.stringify(text)}, with ${pattern}.`);
  }

  /** The index of a cluster's documents of this time (milliseconds). */
  name(cluster: string, time: number): string {
    const { length, after } = this.#date;
    return this.#before(cluster) + isoTime(time).slice(0, length).replaceAll('-', '.') + after;
  }

  /** The last moment (milliseconds) of the day or month that `time` falls in. */
  end(time: number): number {
    const date = new Date(time);
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
    const next = this.period === 'day' ? Date.UTC(year, month, date.getUTCDate() + 1) : Date.UTC(year, month + 1);
    return next - 1;
  }

  /** All of a cluster's indices, as Elasticsearch takes it in a path; of other clusters' maybe some too. */
  all(cluster: string): string {
    return `${this.#before(cluster)}*${this.#date.after}`;
  }

  /** Whether an index is one of this cluster's. */
  holds(cluster: string, index: string): boolean {
    const before = this.#before(cluster);
    const date = index.slice(before.length);
    const { length, after } = this.#date;
    const isDate = DATE.test(date) && date.length === length + after.length && date.endsWith(after);
    return index.startsWith(before) && isDate;
  }

  /**
   * What all names look like, whatever the cluster. Narrow on purpose, so that no agent's data stream is ever caught:
   * a date has three parts, a month two, and a Fleet namespace no dash. Where no dash stands between cluster and date,
   * the century does.
   */
  get coverage(): string {
    const year = this.#texts[1]?.includes('-') ? '*' : '20*';
    return `${this.#before('*')}${year}${this.namesDays ? '.*.*' : '.*'}`;
  }

  /** Whether names end in a day, be it the first of a month. */
  get namesDays(): boolean {
    return this.#date.length + this.#date.after.length === 10;
  }

  /** Whether ILM can tell an index's age by its name; else it counts from the index's creation. */
  get isDated(): boolean {
    return this.namesDays && this.#texts.at(-1)?.endsWith('-') === true;
  }

  /** A word for the pattern that may be a part of a name itself. */
  get word(): string {
    return this.#before('cluster') + (this.namesDays ? 'day' : 'month');
  }

  /** What all names have in common, without the date. */
  get fixed(): string {
    return this.#before('');
  }

  #before(cluster: string): string {
    return this.#texts.join(cluster);
  }
}

/** Of the indices of parked lines. */
export const PARKED = IndexPattern.of(PARKED_INDEX);

/** Of all indices that the forwarder writes: audit events', which `elasticsearch.index` says, and parked lines'. */
export function patternsOf(index: string): readonly [IndexPattern, IndexPattern] {
  return [IndexPattern.of(index), PARKED];
}

/** What all indices look like that the forwarder writes; `former`: patterns that minutes of before still go by. */
export function coveragesOf(index: string, former: readonly string[] = []): readonly string[] {
  const audit = [index, ...former].map((each) => IndexPattern.of(each).coverage);
  return [...new Set([...audit, PARKED.coverage])];
}
