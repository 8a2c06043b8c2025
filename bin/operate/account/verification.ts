import { isoTime, MINUTE } from '../../../lambda/core/time.ts';
import type { Named } from '../../../lib/elasticsearch/documents.ts';

/** A document that must be there. */
export interface Missing extends Named {
  readonly index: string;
}

/** A document that nothing in CloudWatch Logs accounts for; of what it does not say of its line the texts are empty. */
export interface Extra extends Named {
  readonly index: string;
  readonly why: string;
}

/** Minutes of which the ledger says another thing than CloudWatch Logs does now. Times are ISO, `[from, to)`. */
export interface Deviation {
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

/** What a comparison of CloudWatch Logs, ledger and Elasticsearch found. The lists name the first; the counts are of all. */
export interface Verification {
  /** Minutes that were compared in both directions. */
  readonly minutes: number;
  /** Documents that are there as they must be; one whose line is filed under two minutes counts for each. */
  readonly present: number;
  readonly missing: readonly Missing[];
  readonly missingCount: number;
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
  minutes: 0,
  present: 0,
  missing: [],
  missingCount: 0,
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

export function add(one: Verification, other: Verification): Verification {
  return {
    minutes: one.minutes + other.minutes,
    present: one.present + other.present,
    missing: [...one.missing, ...other.missing].slice(0, NAMED),
    missingCount: one.missingCount + other.missingCount,
    extra: [...one.extra, ...other.extra].slice(0, NAMED),
    extraCount: one.extraCount + other.extraCount,
    both: [...one.both, ...other.both].slice(0, NAMED),
    bothCount: one.bothCount + other.bothCount,
    awaited: one.awaited + other.awaited,
    notVerifiable: joined([...one.notVerifiable, ...other.notVerifiable]),
    changed: joined([...one.changed, ...other.changed]),
  };
}

export function isProven({ missingCount, extraCount, bothCount }: Verification): boolean {
  return missingCount === 0 && extraCount === 0 && bothCount === 0;
}

export function deviation(minute: number, why: string): Deviation {
  return { from: isoTime(minute), to: isoTime(minute + MINUTE), why };
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
