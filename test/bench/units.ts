import { partitionOf, type Source } from '../../lambda/contract.ts';
import type { Row } from '../../lambda/core/ledger/row.ts';
import { rowItem } from '../../lambda/core/ledger/row-item.ts';
import type { Checkpoint, NextCheckpoint } from '../../lambda/core/minutes/checkpoint.ts';
import { checkpointItem } from '../../lambda/core/minutes/checkpoint-item.ts';
import type { Policy } from '../../lambda/core/policy/policy.ts';
import { MemoryLedger } from '../support/fakes/ledger.ts';
import { MemoryStore } from '../support/fakes/store.ts';

/** What DynamoDB bills: a write unit per KB begun, a read unit per 4 KB begun of a consistent read. */
export class Units {
  read = 0;
  written = 0;
  readonly #keys: number;

  constructor(source: Source) {
    const minute = 'minute#2026-11-21T12:00:00.000Z';
    this.#keys = sizeOf({ source: partitionOf(source), item: minute, expiresAt: 1_800_000_000 });
  }

  write(item: object): void {
    this.written += Math.max(1, Math.ceil((this.#keys + sizeOf(item)) / 1024));
  }

  query(items: readonly object[]): void {
    const bytes = items.reduce((sum: number, item) => sum + this.#keys + sizeOf(item), 0);
    this.read += Math.max(1, Math.ceil(bytes / 4096));
  }
}

/** An item's size as DynamoDB's documentation counts it: names and texts in UTF-8, numbers in half their digits. */
function sizeOf(value: unknown): number {
  if (typeof value === 'number') return Math.ceil(String(value).length / 2) + 1;
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 1;
  const entries = Object.entries(value);
  const names = Array.isArray(value) ? 0 : entries.reduce((sum, [name]) => sum + Buffer.byteLength(name), 0);
  return 3 + names + entries.reduce((sum, [, each]) => sum + 1 + sizeOf(each), 0);
}

export class CountedStore extends MemoryStore {
  readonly #units: Units;
  readonly #lease: object;
  constructor(units: Units, source: Source) {
    super();
    this.#units = units;
    this.#lease = { leaseOwner: crypto.randomUUID(), leaseUntil: 1_800_000_000_000, fence: 1_000_000, ...source };
  }

  override acquire(owner: string, now: number, until: number) {
    this.#count(this.checkpoint);
    return super.acquire(owner, now, until);
  }

  override save(next: NextCheckpoint, fence: number): Promise<void> {
    this.#count(next);
    return super.save(next, fence);
  }

  override release(fence: number): Promise<void> {
    this.#count(this.checkpoint);
    return super.release(fence);
  }

  #count(checkpoint: Checkpoint | undefined): void {
    this.#units.write({ ...this.#lease, ...(checkpoint === undefined ? {} : checkpointItem(checkpoint)) });
  }
}

export class CountedLedger extends MemoryLedger {
  readonly #units: Units;
  constructor(units: Units) {
    super();
    this.#units = units;
  }

  override async rows(from: number, to: number): Promise<ReadonlyMap<number, Row>> {
    const found = await super.rows(from, to);
    this.#units.query([...found.values()].map(rowItem));
    return found;
  }

  override write(row: Row, seen: number | undefined): Promise<boolean> {
    this.#units.write(rowItem(row));
    return super.write(row, seen);
  }

  override policy(hash: string): Promise<Policy | undefined> {
    this.#units.query([{ policy: JSON.stringify(this.policies.get(hash) ?? null) }]);
    return super.policy(hash);
  }

  override keepPolicy(hash: string, policy: Policy): Promise<void> {
    this.#units.write({ policy: JSON.stringify(policy) });
    return super.keepPolicy(hash, policy);
  }
}
