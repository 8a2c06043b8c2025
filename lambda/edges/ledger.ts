import { ConditionalCheckFailedException, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { ITEMS, LEDGER_DAYS, type Naming, partitionOf, type Source, TABLE_KEYS } from '../contract.ts';
import type { Row } from '../core/ledger/row.ts';
import { rowItem, rowOf } from '../core/ledger/row-item.ts';
import type { Policy } from '../core/policy/policy.ts';
import { DAY, isoTime } from '../core/time.ts';
import type { Ledger } from '../ports.ts';
import { stoppedBy } from './aws-error.ts';
import { tableClient } from './table.ts';

/** A row is written only over the one that was read: a stalled run and a backfill need no lease for it. */
const AS_IT_WAS_READ = 'attribute_not_exists(readAt) OR readAt = :seen';

export class DynamoLedger implements Ledger {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #partition: string;

  constructor(table: string, source: Source, config: DynamoDBClientConfig = {}) {
    this.#client = tableClient(config).client;
    this.#table = table;
    this.#partition = partitionOf(source);
  }

  async rows(from: number, to: number): Promise<ReadonlyMap<number, Row>> {
    const rows = new Map<number, Row>();
    let start: Record<string, unknown> | undefined;
    do {
      const page = await this.#ask('read the ledger', this.#query(from, to, start));
      for (const item of page.Items ?? []) rows.set(Date.parse(String(item.minute)), rowOf(item));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return rows;
  }

  async write(row: Row, seen: number | undefined): Promise<boolean> {
    const command = new PutCommand({
      TableName: this.#table,
      Item: {
        ...this.#key(ITEMS.minute + isoTime(row.minute)),
        ...rowItem(row),
        [TABLE_KEYS.expires]: Math.floor((row.minute + LEDGER_DAYS * DAY) / 1000),
      },
      ConditionExpression: AS_IT_WAS_READ,
      ExpressionAttributeValues: { ':seen': seen ?? 0 },
    });
    try {
      await this.#client.send(command);
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw this.#stopped(error, 'write the ledger');
    }
  }

  async policy(hash: string): Promise<Policy | undefined> {
    const Key = this.#key(ITEMS.policy + hash);
    const command = new GetCommand({ TableName: this.#table, Key, ConsistentRead: true });
    const { Item } = await this.#ask('read a policy', this.#client.send(command));
    return Item === undefined ? undefined : (JSON.parse(String(Item.policy)) as Policy);
  }

  async keepPolicy(hash: string, policy: Policy): Promise<void> {
    const Item = { ...this.#key(ITEMS.policy + hash), policy: JSON.stringify(policy) };
    await this.#ask('keep a policy', this.#client.send(new PutCommand({ TableName: this.#table, Item })));
  }

  async naming(hash: string): Promise<Naming | undefined> {
    const Key = this.#key(ITEMS.naming + hash);
    const command = new GetCommand({ TableName: this.#table, Key, ConsistentRead: true });
    const { Item } = await this.#ask('read a naming', this.#client.send(command));
    return Item === undefined ? undefined : (JSON.parse(String(Item.naming)) as Naming);
  }

  async keepNaming(hash: string, naming: Naming): Promise<void> {
    const Item = { ...this.#key(ITEMS.naming + hash), naming: JSON.stringify(naming) };
    await this.#ask('keep a naming', this.#client.send(new PutCommand({ TableName: this.#table, Item })));
  }

  #query(from: number, to: number, start: Record<string, unknown> | undefined) {
    const command = new QueryCommand({
      TableName: this.#table,
      ConsistentRead: true,
      KeyConditionExpression: '#partition = :partition AND #sort BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#partition': TABLE_KEYS.partition, '#sort': TABLE_KEYS.sort },
      ExpressionAttributeValues: {
        ':partition': this.#partition,
        ':from': ITEMS.minute + isoTime(from),
        // Both ends are inclusive.
        ':to': ITEMS.minute + isoTime(to - 1),
      },
      ...(start === undefined ? {} : { ExclusiveStartKey: start }),
    });
    return this.#client.send(command);
  }

  async #ask<T>(doing: string, answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw this.#stopped(error, doing);
    }
  }

  #key(sort: string) {
    return { [TABLE_KEYS.partition]: this.#partition, [TABLE_KEYS.sort]: sort };
  }

  #stopped(error: unknown, doing: string): Error {
    return stoppedBy(error, `${doing} in table ${this.#table}`, `There is no DynamoDB table ${this.#table}`);
  }
}
