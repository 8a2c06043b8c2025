import { isDeepStrictEqual } from 'node:util';
import { allKnown } from './core/ledger/counts.ts';
import { type Row, recompute, type SentMinute } from './core/ledger/row.ts';
import type { RowNumbers } from './core/ledger/tally.ts';
import { type Minutes, minuteFrom } from './core/minutes/minutes.ts';
import type { Ledger } from './ports.ts';

/** Reads and writes the ledger's rows. A row that another process wrote meanwhile is read again first. */
export class RowWriter {
  readonly #ledger: Pick<Ledger, 'rows' | 'write'>;
  #late = 0;
  #vanished = 0;

  constructor(ledger: Pick<Ledger, 'rows' | 'write'>) {
    this.#ledger = ledger;
  }

  /** Of all rows written so far. */
  get numbers(): RowNumbers {
    return { late: this.#late, vanished: this.#vanished };
  }

  /** By minute. */
  rows({ from, to }: Minutes): Promise<ReadonlyMap<number, Row>> {
    return this.#ledger.rows(from, to);
  }

  /**
   * Makes the new row from the row `seen`, or from a newer one where there is one, and writes it. A row of a read that
   * began later stays. `false`: the newer row names another policy or naming, and the minute must be sent again by
   * these. A pass that judges `anew` goes on.
   */
  async write(sent: SentMinute, seen: Row | undefined, anew = false): Promise<boolean> {
    let before = seen;
    while (before === undefined || before.readAt < sent.begun) {
      const row = recompute(before, before === seen ? sent : blind(sent));
      const isWritten = await this.#ledger.write(row, before?.readAt);
      const there = isWritten ? row : (await this.rows(minuteFrom(sent.minute))).get(sent.minute);
      // The SDK writes again where an answer is lost: the second write is refused for the first.
      if (isDeepStrictEqual(there, row)) {
        this.#late += row.late - (before?.late ?? 0);
        this.#vanished += row.vanished - (before?.vanished ?? 0);
        return true;
      }
      before = there;
      if (!anew && before !== undefined && !isJudgedAlike(before, sent)) return false;
    }
    return true;
  }

  /** Notes in a row when its minute was found unchanged. Where another has written meanwhile, that tells more. */
  async lookedAt(row: Row, begun: number): Promise<void> {
    await this.#ledger.write({ ...row, readAt: Math.max(row.readAt, begun) }, row.readAt);
  }
}

function isJudgedAlike(row: Row, { policy, naming }: SentMinute): boolean {
  return row.policy === policy && (row.naming === naming || row.naming === '');
}

/** Another process wrote a row during our read. Nobody counted which of our lines it knew, so all count as known. */
function blind(sent: SentMinute): SentMinute {
  return { ...sent, sums: allKnown(sent.sums), compared: undefined };
}
