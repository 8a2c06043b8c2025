import type { Profile } from '../../../lambda/contract.ts';
import type { Minutes } from '../../../lambda/core/minutes/minutes.ts';
import { isoTime, MINUTE } from '../../../lambda/core/time.ts';
import type { Named } from '../../../lib/elasticsearch/documents.ts';
import type { Differences } from './differences.ts';

/** A document that must be there. */
export interface Missing extends Named {
  readonly index: string;
  /** Of a line that has several documents: which one it is. */
  readonly profile?: Profile;
}

/** A document that is there, and does not say what its line makes. */
export interface Altered extends Missing, Differences {}

/** A document that nothing in CloudWatch Logs accounts for; of what it does not say of its line the texts are empty. */
export interface Extra extends Named {
  readonly index: string;
  readonly why: string;
}

/** Minutes, as ISO times, `[from, to)`. */
export interface Range {
  readonly from: string;
  readonly to: string;
}

/** Minutes of which the ledger says another thing than CloudWatch Logs does now. */
export interface Deviation extends Range {
  readonly why: string;
}

/** What a comparison of CloudWatch Logs, ledger and Elasticsearch found. The lists name the first; the counts are of all. */
export interface Verification {
  /** What documents say was compared, and not only which are there. */
  readonly contents: boolean;
  /** ISO: every minute before it was compared, as far as it can be; the end of the range, unless it was interrupted. */
  readonly upTo: string;
  /** Minutes that were compared in both directions. */
  readonly minutes: number;
  /** Documents that are there as they must be; one whose line is filed under two minutes counts for each. */
  readonly present: number;
  readonly missing: readonly Missing[];
  readonly missingCount: number;
  /** All minutes that lack some; maybe with others between them. */
  readonly missingIn: readonly Range[];
  readonly altered: readonly Altered[];
  readonly alteredCount: number;
  /** All minutes that have some, as those that lack some. */
  readonly alteredIn: readonly Range[];
  readonly extra: readonly Extra[];
  readonly extraCount: number;
  /** Events that are indexed and parked too: one of the two is too many. */
  readonly both: readonly Missing[];
  readonly bothCount: number;
  /** Lines that came after the last look at their minute, to which another look is still to come. */
  readonly awaited: number;
  /** Minutes of which lines are gone: what is left of them was looked for, and nothing called too many. */
  readonly notVerifiable: readonly Deviation[];
  /** Minutes that now hold more lines than the ledger says. */
  readonly changed: readonly Deviation[];
}

export const NOTHING: Verification = {
  contents: false,
  upTo: '',
  minutes: 0,
  present: 0,
  missing: [],
  missingCount: 0,
  missingIn: [],
  altered: [],
  alteredCount: 0,
  alteredIn: [],
  extra: [],
  extraCount: 0,
  both: [],
  bothCount: 0,
  awaited: 0,
  notVerifiable: [],
  changed: [],
};

/** How many documents of each kind are named. */
export const NAMED = 1000;

/** As many ranges of minutes are told; the last one takes in those behind it. */
const RANGES = 10;

export function add(one: Verification, other: Verification): Verification {
  return {
    contents: one.contents || other.contents,
    upTo: other.upTo === '' ? one.upTo : other.upTo,
    minutes: one.minutes + other.minutes,
    present: one.present + other.present,
    missing: [...one.missing, ...other.missing].slice(0, NAMED),
    missingCount: one.missingCount + other.missingCount,
    missingIn: rangesOf([...one.missingIn, ...other.missingIn]),
    altered: [...one.altered, ...other.altered].slice(0, NAMED),
    alteredCount: one.alteredCount + other.alteredCount,
    alteredIn: rangesOf([...one.alteredIn, ...other.alteredIn]),
    extra: [...one.extra, ...other.extra].slice(0, NAMED),
    extraCount: one.extraCount + other.extraCount,
    both: [...one.both, ...other.both].slice(0, NAMED),
    bothCount: one.bothCount + other.bothCount,
    awaited: one.awaited + other.awaited,
    notVerifiable: joined([...one.notVerifiable, ...other.notVerifiable]),
    changed: joined([...one.changed, ...other.changed]),
  };
}

export function isProven({ missingCount, alteredCount, extraCount, bothCount }: Verification): boolean {
  return missingCount === 0 && alteredCount === 0 && extraCount === 0 && bothCount === 0;
}

export function deviation(minute: number, why: string): Deviation {
  return { ...rangeOf({ from: minute, to: minute + MINUTE }), why };
}

export function rangeOf({ from, to }: Minutes): Range {
  return { from: isoTime(from), to: isoTime(to) };
}

/** In the order of time; neighbours become one, and so do all from the tenth on: to send a minute again is always safe. */
function rangesOf(ranges: readonly Range[]): readonly Range[] {
  const found: Range[] = [];
  for (const each of ranges) {
    const last = found.at(-1);
    if (last !== undefined && (last.to === each.from || found.length === RANGES))
      found[found.length - 1] = { from: last.from, to: each.to };
    else found.push(each);
  }
  return found;
}

/** By time; neighbours that deviate for the same reason become one. */
function joined(deviations: readonly Deviation[]): readonly Deviation[] {
  const found: Deviation[] = [];
  for (const each of deviations.toSorted((a, b) => a.from.localeCompare(b.from))) {
    const last = found.at(-1);
    if (last?.to === each.from && last.why === each.why) found[found.length - 1] = { ...last, to: each.to };
    else found.push(each);
  }
  return found;
}
