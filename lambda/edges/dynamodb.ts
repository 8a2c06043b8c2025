import { ConditionalCheckFailedException, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ITEMS, partitionOf, type Source, TABLE_KEYS } from '../contract.ts';
import type { Checkpoint, NextCheckpoint } from '../core/minutes/checkpoint.ts';
import { checkpointItem, checkpointOf } from '../core/minutes/checkpoint-item.ts';
import { LeaseLost } from '../core/stopped.ts';
import type { Acquired, CheckpointStore } from '../ports.ts';
import { stoppedBy } from './aws-error.ts';
import { tableClient } from './table.ts';

/**
 *   free ──acquire──► held by me (fence n) ──release──► free
 *                        │ until passes
 *                        └──► another acquires (fence n + 1): from now on my saves are refused
 */
const FREE_OR_MINE = 'attribute_not_exists(leaseUntil) OR leaseUntil <= :now OR leaseOwner = :me';
const STILL_MINE = 'fence = :fence';

/** Lease and cursors in one item. Cursors are stored by age in seconds, as ISO minutes that people can read. */
export class DynamoCheckpoints implements CheckpointStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #serverTime: () => number | undefined;
  readonly #table: string;
  readonly #source: Source;

  constructor(table: string, source: Source, config: DynamoDBClientConfig = {}) {
    const { client, serverTime } = tableClient(config);
    this.#client = client;
    this.#serverTime = serverTime;
    this.#table = table;
    this.#source = source;
  }

  async acquire(owner: string, now: number, until: number): Promise<Acquired> {
    const { account, region, group, prefix } = this.#source;
    const command = new UpdateCommand({
      ...this.#item(),
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
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    try {
      const mark = await this.#client.send(new GetCommand({ ...this.#item(ITEMS.backfill), ConsistentRead: true }));
      const { Attributes = {} } = await this.#client.send(command);
      return {
        kind: 'acquired',
        checkpoint: checkpointOf(Attributes),
        fence: Number(Attributes.fence),
        serverTime: this.#serverTime(),
        ...(mark.Item === undefined ? {} : { backfillUntil: Number(mark.Item.markedUntil ?? 0) }),
      };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return this.#holder();
      throw this.#stopped(error, 'take the lease');
    }
  }

  /** The cursors as they are, for who only looks: takes no lease. undefined: the source was never read. */
  async peek(): Promise<Checkpoint | undefined> {
    try {
      const { Item = {} } = await this.#client.send(new GetCommand({ ...this.#item(), ConsistentRead: true }));
      return checkpointOf(Item);
    } catch (error) {
      throw this.#stopped(error, 'read the cursors');
    }
  }

  async save(next: NextCheckpoint, fence: number): Promise<void> {
    const { cursors, startedAt, judged, parts } = checkpointItem(next);
    const command = new UpdateCommand({
      ...this.#item(),
      UpdateExpression: 'SET cursors = :cursors, startedAt = :start, judged = :judged, parts = :parts',
      ConditionExpression: STILL_MINE,
      ExpressionAttributeValues: {
        ':cursors': cursors,
        ':start': startedAt,
        ':judged': judged,
        ':parts': parts,
        ':fence': fence,
      },
    });
    try {
      await this.#client.send(command);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) {
        throw new LeaseLost('Another run took the lease while this one worked; it goes on from the last cursor saved.');
      }
      throw this.#stopped(error, 'save the cursors');
    }
  }

  async release(fence: number): Promise<void> {
    const command = new UpdateCommand({
      ...this.#item(),
      UpdateExpression: 'REMOVE leaseOwner, leaseUntil',
      ConditionExpression: STILL_MINE,
      ExpressionAttributeValues: { ':fence': fence },
    });
    try {
      await this.#client.send(command);
    } catch {
      // It runs out by itself.
    }
  }

  /** Who holds the lease. Asked apart: not every server tells it with the refusal. */
  async #holder(): Promise<Acquired> {
    try {
      const { Item = {} } = await this.#client.send(new GetCommand({ ...this.#item(), ConsistentRead: true }));
      return { kind: 'held', owner: String(Item.leaseOwner ?? 'unknown'), until: Number(Item.leaseUntil ?? 0) };
    } catch (error) {
      throw this.#stopped(error, 'read who holds the lease');
    }
  }

  #item(sort: string = ITEMS.checkpoint) {
    const Key = { [TABLE_KEYS.partition]: partitionOf(this.#source), [TABLE_KEYS.sort]: sort };
    return { TableName: this.#table, Key };
  }

  #stopped(error: unknown, doing: string): Error {
    return stoppedBy(error, `${doing} in table ${this.#table}`, `There is no DynamoDB table ${this.#table}`);
  }
}
