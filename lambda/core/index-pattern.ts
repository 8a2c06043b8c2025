import { CALICO_INDEX, type Naming, PARKED_INDEX, type Profile, profilesOf } from '../contract.ts';
import { isoTime } from './time.ts';

/**
 * How a pattern ends: with so many characters of `2026-11-21`, joined by a text, and a text after them. By the end of a
 * name the function knows which indices no longer take writes.
 */
const DATES = [
  { text: '{yyyy.MM.dd}', period: 'day', length: 10, joint: '.', after: '', form: /^\d{4}\.\d\d\.\d\d$/ },
  // A month's index named by its first day: by a day ILM can tell an index's age.
  { text: '{yyyy.MM}.01', period: 'month', length: 7, joint: '.', after: '.01', form: /^\d{4}\.\d\d\.01$/ },
  { text: '{yyyy.MM}', period: 'month', length: 7, joint: '.', after: '', form: /^\d{4}\.\d\d$/ },
  // Calico's.
  { text: '{yyyyMMdd}', period: 'day', length: 10, joint: '', after: '', form: /^\d{8}$/ },
] as const;

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
    const { length, joint, after } = this.#date;
    return this.#before(cluster) + isoTime(time).slice(0, length).replaceAll('-', joint) + after;
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
    // Calico's own begin so, too, and then with the name of a program.
    return `${this.#before(cluster)}${this.#date.joint === '' ? '20' : ''}*${this.#date.after}`;
  }

  /** Whether an index is one of this cluster's. */
  holds(cluster: string, index: string): boolean {
    const before = this.#before(cluster);
    return index.startsWith(before) && this.#date.form.test(index.slice(before.length));
  }

  /**
   * What all names look like, whatever the cluster. Narrow on purpose, so that no agent's data stream is ever caught:
   * a date has three parts, a month two, and a Fleet namespace no dash. Where no dash stands between cluster and date,
   * the century does.
   */
  get coverage(): string {
    const year = this.#texts[1]?.includes('-') ? '*' : '20*';
    if (this.#date.joint === '') return this.#before('*') + year;
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
/** Of the indices of the profile `calico`. */
export const CALICO = IndexPattern.of(CALICO_INDEX);

/** The pattern of a profile's indices, as text; that of `ecs` is configured. */
export function indexOf(profile: Profile, { index }: Pick<Naming, 'index'>): string {
  return profile === 'calico' ? CALICO_INDEX : index;
}

/** The patterns of audit events' indices, as texts: one for each profile. */
export function indicesOf(naming: Pick<Naming, 'index' | 'profiles'>): readonly string[] {
  return profilesOf(naming).map((profile) => indexOf(profile, naming));
}

/** Of all indices that the forwarder writes: audit events', and last parked lines'. */
export function patternsOf(indices: readonly string[]): readonly IndexPattern[] {
  return [...indices.map(IndexPattern.of), PARKED];
}

/** What all indices look like that the forwarder writes. */
export function coveragesOf(indices: readonly string[]): readonly string[] {
  return [...new Set(patternsOf(indices).map(({ coverage }) => coverage))];
}
