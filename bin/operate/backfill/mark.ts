import { ConditionalCheckFailedException, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ITEMS, partitionOf, type Source, TABLE_KEYS } from '../../../lambda/contract.ts';
import type { Minutes } from '../../../lambda/core/minutes/minutes.ts';
import { Stopped } from '../../../lambda/core/stopped.ts';
import { isoTime } from '../../../lambda/core/time.ts';
import { stoppedBy } from '../../../lambda/edges/aws-error.ts';
import { tableClient } from '../../../lambda/edges/table.ts';

/** How far a backfill has come: all before `upTo` is done. */
export interface Progress extends Minutes {
  readonly upTo: number;
  /** The policy it judges anew by; `each`: each minute keeps its own. */
  readonly policy: string;
}

export type Taken =
  | {
      readonly kind: 'taken';
      /** What an earlier backfill has left undone. */
      readonly left: Progress | undefined;
      /** AWS's clock, milliseconds; undefined where the answer told none. */
      readonly serverTime: number | undefined;
    }
  /** `until` in milliseconds: when it ends, unless it is renewed. */
  | { readonly kind: 'held'; readonly owner: string; readonly until: number };

/**
 * A source's backfill, one at a time. While the mark holds the function takes half of the source's share of the quota;
 * how far the backfill has come stands in it too, so that one that was ended goes on.
 */
export interface Mark {
  take(owner: string, now: number, until: number): Promise<Taken>;
  /** Throws `Stopped` when another has taken it meanwhile. */
  renew(owner: string, progress: Progress, until: number): Promise<void>;
  /** Best effort. `left` undefined: nothing is left to do. */
  release(owner: string, left: Progress | undefined): Promise<void>;
}

const FREE_OR_MINE = 'attribute_not_exists(markedUntil) OR markedUntil <= :now OR markedBy = :me';
const STILL_MINE = 'markedBy = :me';

export class DynamoMark implements Mark {
  readonly #client: DynamoDBDocumentClient;
  readonly #serverTime: () => number | undefined;
  readonly #table: string;
  readonly #item;

  constructor(table: string, source: Source, config: DynamoDBClientConfig = {}) {
    const { client, serverTime } = tableClient(config);
    this.#client = client;
    this.#serverTime = serverTime;
    this.#table = table;
    const Key = { [TABLE_KEYS.partition]: partitionOf(source), [TABLE_KEYS.sort]: ITEMS.backfill };
    this.#item = { TableName: table, Key };
  }

  async take(owner: string, now: number, until: number): Promise<Taken> {
    const command = new UpdateCommand({
      ...this.#item,
      UpdateExpression: 'SET markedBy = :me, markedUntil = :until',
      ConditionExpression: FREE_OR_MINE,
      ExpressionAttributeValues: { ':me': owner, ':until': until, ':now': now },
      ReturnValues: 'ALL_NEW',
    });
    try {
      const { Attributes = {} } = await this.#client.send(command);
      return { kind: 'taken', left: progressOf(Attributes), serverTime: this.#serverTime() };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return this.#holder();
      throw this.#stopped(error);
    }
  }

  async renew(owner: string, { from, to, upTo, policy }: Progress, until: number): Promise<void> {
    const command = new UpdateCommand({
      ...this.#item,
      UpdateExpression: 'SET markedUntil = :until, rangeFrom = :from, rangeTo = :to, upTo = :upTo, policy = :policy',
      ConditionExpression: STILL_MINE,
      ExpressionAttributeValues: {
        ':me': owner,
        ':until': until,
        ':from': isoTime(from),
        ':to': isoTime(to),
        ':upTo': isoTime(upTo),
        ':policy': policy,
      },
    });
    try {
      await this.#client.send(command);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException)
        throw new Stopped('Another backfill of this cluster has begun: this one has ended.');
      throw this.#stopped(error);
    }
  }

  async release(owner: string, left: Progress | undefined): Promise<void> {
    try {
      if (left !== undefined) await this.renew(owner, left, 0);
      const rest = left === undefined ? ', rangeFrom, rangeTo, upTo, policy' : '';
      await this.#client.send(
        new UpdateCommand({
          ...this.#item,
          UpdateExpression: `REMOVE markedBy, markedUntil${rest}`,
          ConditionExpression: STILL_MINE,
          ExpressionAttributeValues: { ':me': owner },
        }),
      );
    } catch {
      // It runs out by itself, and what it repeats does no harm.
    }
  }

  async #holder(): Promise<Taken> {
    const { Item = {} } = await this.#client.send(new GetCommand({ ...this.#item, ConsistentRead: true }));
    return { kind: 'held', owner: String(Item.markedBy ?? 'unknown'), until: Number(Item.markedUntil ?? 0) };
  }

  #stopped(error: unknown): Error {
    const missing = `There is no DynamoDB table ${this.#table}`;
    return stoppedBy(error, `write the backfill's mark in table ${this.#table}`, missing);
  }
}

function progressOf({ rangeFrom, rangeTo, upTo, policy }: Readonly<Record<string, unknown>>): Progress | undefined {
  if (upTo === undefined) return undefined;
  const time = (text: unknown) => Date.parse(String(text));
  return { from: time(rangeFrom), to: time(rangeTo), upTo: time(upTo), policy: String(policy) };
}
