import { ConditionalCheckFailedException, DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { partitionOf, type Source, TABLE_KEYS } from '../contract.ts';
import type { JsonObject } from '../core/json.ts';
import { watchDate } from './aws-date.ts';
import { stoppedBy } from './aws-error.ts';

/** On what an item is put in the place of the one there. */
type Condition = Pick<PutCommandInput, 'ConditionExpression' | 'ExpressionAttributeValues'>;
/** What an update does, and on which condition. */
type Change = Omit<UpdateCommandInput, 'TableName' | 'Key'>;

/**
 * One source's items in the table, each named by its sort key. Throws `Stopped` on what no retry mends: `doing`
 * completes its sentence, "AWS refuses to …". A condition that does not hold is an answer.
 */
export class SourceTable {
  readonly source: Source;
  /** AWS's clock as its last answer told it, milliseconds; undefined where none did. */
  readonly serverTime: () => number | undefined;
  readonly #name: string;
  readonly #client: DynamoDBDocumentClient;

  constructor(name: string, source: Source, config: DynamoDBClientConfig = {}) {
    const client = new DynamoDBClient({
      requestHandler: { requestTimeout: 5000, throwOnRequestTimeout: true, connectionTimeout: 3000 },
      ...config,
    });
    this.source = source;
    this.serverTime = watchDate(client);
    this.#name = name;
    this.#client = DynamoDBDocumentClient.from(client);
  }

  /** The item as it was written last; undefined: there is none. */
  async get(sort: string, doing: string): Promise<JsonObject | undefined> {
    const command = new GetCommand({ ...this.#item(sort), ConsistentRead: true });
    return (await this.#answer(doing, this.#client.send(command))).Item;
  }

  /** The items from one sort key to another, both included, as they were written last. */
  async between(from: string, to: string, doing: string): Promise<readonly JsonObject[]> {
    const items: JsonObject[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const command = new QueryCommand({
        TableName: this.#name,
        ConsistentRead: true,
        KeyConditionExpression: '#partition = :partition AND #sort BETWEEN :from AND :to',
        ExpressionAttributeNames: { '#partition': TABLE_KEYS.partition, '#sort': TABLE_KEYS.sort },
        ExpressionAttributeValues: { ':partition': partitionOf(this.source), ':from': from, ':to': to },
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      });
      const page = await this.#answer(doing, this.#client.send(command));
      items.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return items;
  }

  /** `false`: the condition does not hold, and nothing was written. */
  async put(sort: string, item: JsonObject, doing: string, condition: Condition = {}): Promise<boolean> {
    const { TableName, Key } = this.#item(sort);
    const command = new PutCommand({ TableName, Item: { ...Key, ...item }, ...condition });
    return (await this.#unlessRefused(doing, this.#client.send(command))) !== undefined;
  }

  /** What `ReturnValues` asks for; undefined: the condition does not hold, and nothing was written. */
  async update(sort: string, change: Change, doing: string): Promise<JsonObject | undefined> {
    const command = new UpdateCommand({ ...this.#item(sort), ...change });
    const answer = await this.#unlessRefused(doing, this.#client.send(command));
    return answer && (answer.Attributes ?? {});
  }

  #item(sort: string) {
    const Key = { [TABLE_KEYS.partition]: partitionOf(this.source), [TABLE_KEYS.sort]: sort };
    return { TableName: this.#name, Key };
  }

  #unlessRefused<T>(doing: string, answer: Promise<T>): Promise<T | undefined> {
    const unlessRefused = answer.catch((error: unknown) => {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    });
    return this.#answer(doing, unlessRefused);
  }

  async #answer<T>(doing: string, answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      const missing = `There is no DynamoDB table ${this.#name}`;
      throw stoppedBy(error, `${doing} in table ${this.#name}`, missing);
    }
  }
}
