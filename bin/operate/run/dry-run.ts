import type { Naming } from '../../../lambda/contract.ts';
import type { Row } from '../../../lambda/core/ledger/row.ts';
import type { Checkpoint, NextCheckpoint } from '../../../lambda/core/minutes/checkpoint.ts';
import type { Policy } from '../../../lambda/core/policy/policy.ts';
import type { Acquired, CheckpointStore, Ledger, Ports } from '../../../lambda/ports.ts';
import type { Need } from '../reach/prepare.ts';
import { PrintingSink } from './printing-sink.ts';

/** What a dry run has in place of the table and of Elasticsearch: it can always be reached. */
export function dryRun(
  print: (lines: string) => Promise<void>,
): Need<Pick<Ports, 'store' | 'ledger' | 'sink'> & { readonly owner: string }> {
  const parts = { store: new MemoryStore(), ledger: new MemoryLedger(), sink: new PrintingSink(print) };
  return async () => ({ problems: [], open: async () => ({ ...parts, owner: 'dry run' }) });
}

/** Cursors of one process that nobody else asks for: always free, forgotten at its end. */
class MemoryStore implements CheckpointStore {
  #checkpoint: Checkpoint | undefined;

  async acquire(): Promise<Acquired> {
    return { kind: 'acquired', checkpoint: this.#checkpoint, fence: 1, serverTime: undefined };
  }

  async save(next: NextCheckpoint): Promise<void> {
    this.#checkpoint = next;
  }

  async release(): Promise<void> {}
}

/** Rows and policies of one process, under the table's condition, forgotten at its end. */
export class MemoryLedger implements Ledger {
  readonly stored = new Map<number, Row>();
  readonly policies = new Map<string, Policy>();
  readonly keptNamings = new Map<string, Naming>();

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
    return this.keptNamings.get(hash);
  }

  async keepNaming(hash: string, naming: Naming): Promise<void> {
    this.keptNamings.set(hash, naming);
  }

  async namings(): Promise<readonly Naming[]> {
    return [...this.keptNamings.values()];
  }
}
