import type { Ledger } from '../../lambda/ports.ts';

/** What the ledger can't vouch for in a range of time. */
export interface Gaps {
  /** Whole sentences; empty: every minute was read in full, and every line has its outcome. */
  readonly sentences: readonly string[];
}

/** Looks at the ledger between two moments (milliseconds): there changes may be missing. */
export async function gapsBetween(_ledger: Pick<Ledger, 'rows'>, _from: number, _to: number): Promise<Gaps> {
  throw new Error('Expected gaps, which are not written yet.');
}
