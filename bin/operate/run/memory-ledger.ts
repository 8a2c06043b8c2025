import type { Row } from '../../../lambda/core/ledger.ts';
import type { Policy } from '../../../lambda/core/rules.ts';
import type { Ledger } from '../../../lambda/ports.ts';

/** Rows and policies of one process, forgotten at its end: what a dry run must not write to the table. */
export class MemoryLedger implements Ledger {
  readonly #rows = new Map<number, Row>();
  readonly #policies = new Map<string, Policy>();

  async rows(from: number, to: number): Promise<ReadonlyMap<number, Row>> {
    return new Map([...this.#rows].filter(([minute]) => minute >= from && minute < to));
  }

  async write(row: Row, seen: number | undefined): Promise<boolean> {
    const there = this.#rows.get(row.minute);
    if (there !== undefined && there.readAt !== seen) return false;
    this.#rows.set(row.minute, row);
    return true;
  }

  async policy(hash: string): Promise<Policy | undefined> {
    return this.#policies.get(hash);
  }

  async keepPolicy(hash: string, policy: Policy): Promise<void> {
    this.#policies.set(hash, policy);
  }
}
