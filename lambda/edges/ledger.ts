import { ITEMS, LEDGER_DAYS, type Naming, TABLE_KEYS } from '../contract.ts';
import type { JsonObject } from '../core/json.ts';
import type { Row } from '../core/ledger/row.ts';
import { rowItem, rowOf } from '../core/ledger/row-item.ts';
import type { Policy } from '../core/policy/policy.ts';
import { DAY, isoTime } from '../core/time.ts';
import type { Ledger } from '../ports.ts';
import type { SourceTable } from './table.ts';

/** A row is written only over the one that was read: a stalled run and a backfill need no lease for it. */
const AS_IT_WAS_READ = 'attribute_not_exists(readAt) OR readAt = :seen';

export class DynamoLedger implements Ledger {
  readonly #table: SourceTable;

  constructor(table: SourceTable) {
    this.#table = table;
  }

  async rows(from: number, to: number): Promise<ReadonlyMap<number, Row>> {
    const items = await this.#table.between(keyOf(from), keyOf(to - 1), 'read the ledger');
    return new Map(items.map(rowOf).map((row) => [row.minute, row]));
  }

  async write(row: Row, seen: number | undefined): Promise<boolean> {
    // A backfill of minutes that are older than that would else write rows that nobody ever sees.
    const expires = Math.floor((Math.max(row.minute, row.readAt) + LEDGER_DAYS * DAY) / 1000);
    const condition = {
      ConditionExpression: AS_IT_WAS_READ,
      ExpressionAttributeValues: { ':seen': seen ?? 0 },
    };
    const item = { ...rowItem(row), [TABLE_KEYS.expires]: expires };
    return this.#table.put(keyOf(row.minute), item, 'write the ledger', condition);
  }

  async policy(hash: string): Promise<Policy | undefined> {
    const item = await this.#table.get(ITEMS.policy + hash, 'read a policy');
    return item && (JSON.parse(String(item.policy)) as Policy);
  }

  async keepPolicy(hash: string, policy: Policy): Promise<void> {
    await this.#table.put(ITEMS.policy + hash, { policy: JSON.stringify(policy) }, 'keep a policy');
  }

  async naming(hash: string): Promise<Naming | undefined> {
    const item = await this.#table.get(ITEMS.naming + hash, 'read a naming');
    return item && namingIn(item);
  }

  async keepNaming(hash: string, naming: Naming): Promise<void> {
    await this.#table.put(ITEMS.naming + hash, { naming: JSON.stringify(naming) }, 'keep a naming');
  }

  async namings(): Promise<readonly Naming[]> {
    const items = await this.#table.between(ITEMS.naming, `${ITEMS.naming}~`, 'read the namings');
    return items.map(namingIn);
  }
}

function namingIn({ naming }: JsonObject): Naming {
  return JSON.parse(String(naming)) as Naming;
}

function keyOf(minute: number): string {
  return ITEMS.minute + isoTime(minute);
}
