import type { Naming } from '../../../lambda/contract.ts';
import type { Row } from '../../../lambda/core/ledger/row.ts';
import type { Policy } from '../../../lambda/core/policy/policy.ts';
import type { Ledger } from '../../../lambda/ports.ts';

/** Rows and policies of one process, under the table's condition, forgotten at its end: a dry run writes no table. */
export class MemoryLedger implements Ledger {
  readonly stored = new Map<number, Row>();
  readonly policies = new Map<string, Policy>();
  readonly namings = new Map<string, Naming>();

  async rows(from: number, to: number): Promise<ReadonlyMap<number, Row>> {
    return new Map([...this.stored].filter(([minute]) => minute >= from && minute < to));
  }

  async write(row: Row, seen: number | undefined): Promise<boolean> {
    const there = this.stored.get(row.minute);
    if (there !== undefined && there.readAt !== seen) return false;
    this.stored.set(row.minute, row);
    return true;
  }

  async policy(hash: string): Promise<Policy | undefined> {
    return this.policies.get(hash);
  }

  async keepPolicy(hash: string, policy: Policy): Promise<void> {
    this.policies.set(hash, policy);
  }

  async naming(hash: string): Promise<Naming | undefined> {
    return this.namings.get(hash);
  }

  async keepNaming(hash: string, naming: Naming): Promise<void> {
    this.namings.set(hash, naming);
  }
}
