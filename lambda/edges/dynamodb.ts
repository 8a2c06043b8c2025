import { ITEMS } from '../contract.ts';
import type { Checkpoint, NextCheckpoint } from '../core/minutes/checkpoint.ts';
import { checkpointItem, checkpointOf } from '../core/minutes/checkpoint-item.ts';
import { LeaseLost } from '../core/stopped.ts';
import type { Acquired, CheckpointStore } from '../ports.ts';
import type { SourceTable } from './table.ts';

/**
 *   free ──acquire──► held by me (fence n) ──release──► free
 *                        │ until passes
 *                        └──► another acquires (fence n + 1): from now on my saves are refused
 */
const FREE_OR_MINE = 'attribute_not_exists(leaseUntil) OR leaseUntil <= :now OR leaseOwner = :me';
const STILL_MINE = 'fence = :fence';

/** Lease and cursors in one item. Cursors are stored by age in seconds, as ISO minutes that people can read. */
export class DynamoCheckpoints implements CheckpointStore {
  readonly #table: SourceTable;

  constructor(table: SourceTable) {
    this.#table = table;
  }

  async acquire(owner: string, now: number, until: number): Promise<Acquired> {
    const doing = 'take the lease';
    const { account, region, group, prefix } = this.#table.source;
    const mark = await this.#table.get(ITEMS.backfill, doing);
    const change = {
      UpdateExpression:
        'SET leaseOwner = :me, leaseUntil = :until, fence = if_not_exists(fence, :none) + :one, ' +
        'account = :account, #region = :region, logGroup = :group, streamPrefix = :prefix',
      ConditionExpression: FREE_OR_MINE,
      ExpressionAttributeNames: { '#region': 'region' },
      ExpressionAttributeValues: {
        ':me': owner,
        ':until': until,
        ':now': now,
        ':none': 0,
        ':one': 1,
        ':account': account,
        ':region': region,
        ':group': group,
        ':prefix': prefix,
      },
      ReturnValues: 'ALL_NEW',
    } as const;
    const item = await this.#table.update(ITEMS.checkpoint, change, doing);
    if (item === undefined) return this.#holder();
    return {
      kind: 'acquired',
      checkpoint: checkpointOf(item),
      fence: Number(item.fence),
      serverTime: this.#table.serverTime(),
      ...(mark === undefined ? {} : { backfillUntil: Number(mark.markedUntil ?? 0) }),
    };
  }

  /** Who holds the lease. Asked apart: not every server tells it with the refusal. */
  async #holder(): Promise<Acquired> {
    const item = await this.#table.get(ITEMS.checkpoint, 'read who holds the lease');
    return { kind: 'held', owner: String(item?.leaseOwner ?? 'unknown'), until: Number(item?.leaseUntil ?? 0) };
  }

  /** The cursors as they are, for who only looks: takes no lease. undefined: the source was never read. */
  async peek(): Promise<Checkpoint | undefined> {
    return checkpointOf((await this.#table.get(ITEMS.checkpoint, 'read the cursors')) ?? {});
  }

  async save(next: NextCheckpoint, fence: number): Promise<void> {
    const { cursors, startedAt, judged, parts } = checkpointItem(next);
    const change = {
      UpdateExpression: 'SET cursors = :cursors, startedAt = :start, judged = :judged, parts = :parts',
      ConditionExpression: STILL_MINE,
      ExpressionAttributeValues: {
        ':cursors': cursors,
        ':start': startedAt,
        ':judged': judged,
        ':parts': parts,
        ':fence': fence,
      },
    };
    if ((await this.#table.update(ITEMS.checkpoint, change, 'save the cursors')) !== undefined) return;
    throw new LeaseLost('Another run took the lease while this one worked; it goes on from the last cursor saved.');
  }

  async release(fence: number): Promise<void> {
    const change = {
      UpdateExpression: 'REMOVE leaseOwner, leaseUntil',
      ConditionExpression: STILL_MINE,
      ExpressionAttributeValues: { ':fence': fence },
    };
    try {
      await this.#table.update(ITEMS.checkpoint, change, 'give back the lease');
    } catch {
      // It runs out by itself.
    }
  }
}
