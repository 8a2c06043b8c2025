import type { Minutes } from '../../../lambda/core/minutes/minutes.ts';
import { DAY, isoTime } from '../../../lambda/core/time.ts';
import type { Ledger } from '../../../lambda/ports.ts';
import { type Account, type Hour, hoursOf, type Situation, sumOf } from './hours.ts';

/** What the ledger says of a range. Times are ISO. */
export interface LedgerAccount {
  readonly cluster: string;
  readonly from: string;
  readonly to: string;
  /** Where the first run began; null: the cluster was never read. */
  readonly start: string | null;
  /** Every minute before it was read; null as above. */
  readonly frontier: string | null;
  readonly hours: readonly Hour[];
  readonly total: Account;
}

export interface Question {
  readonly cluster: string;
  readonly minutes: Minutes;
  readonly ledger: Pick<Ledger, 'rows'>;
  readonly situation: Situation;
}

/** Adds up the rows, a day of them at a time. */
export async function accountFor({ cluster, minutes, ledger, situation }: Question): Promise<LedgerAccount> {
  const hours: Hour[] = [];
  for (let from = minutes.from; from < minutes.to; ) {
    const to = Math.min(minutes.to, (Math.floor(from / DAY) + 1) * DAY);
    hours.push(...hoursOf({ from, to }, await ledger.rows(from, to), situation));
    from = to;
  }
  const { checkpoint } = situation;
  const frontier = checkpoint?.cursors.get(0);
  return {
    cluster,
    from: isoTime(minutes.from),
    to: isoTime(minutes.to),
    start: checkpoint === undefined ? null : isoTime(checkpoint.start),
    frontier: frontier === undefined ? null : isoTime(frontier),
    hours,
    total: sumOf(hours),
  };
}

/** Whether every line behind the frontier has its outcome on record. */
export function isComplete({ total }: Pick<LedgerAccount, 'total'>): boolean {
  return total.unaccounted === 0 && total.gaps.length === 0;
}
