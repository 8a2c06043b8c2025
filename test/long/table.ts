import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { TABLE } from '../../local/aws.ts';
import { createTable } from '../../local/dynamodb.ts';
import { standIn } from '../support/stand-in.ts';
import type { RowItem } from './truth.ts';

/** The forwarder's table as the judge reads it. */
export class Table {
  readonly #client: DynamoDBDocumentClient;
  readonly #plain: DynamoDBClient;

  constructor(endpoint: string) {
    this.#plain = new DynamoDBClient(standIn(endpoint));
    this.#client = DynamoDBDocumentClient.from(this.#plain);
  }

  async create(): Promise<void> {
    await createTable(this.#plain, TABLE);
  }

  async rows(): Promise<readonly RowItem[]> {
    return (await this.#items()).filter(({ item }) => String(item).startsWith('minute#'));
  }

  /** How far the first and the last age have come, milliseconds; 0 before the first run. */
  async cursors(): Promise<{ readonly frontier: number; readonly slowest: number }> {
    const checkpoint = (await this.#items()).find(({ item }) => item === 'checkpoint');
    const cursors = Object.values(checkpoint?.cursors ?? {}).map((cursor) => Date.parse(String(cursor)));
    return cursors.length === 0
      ? { frontier: 0, slowest: 0 }
      : { frontier: Math.max(...cursors), slowest: Math.min(...cursors) };
  }

  async #items(): Promise<RowItem[]> {
    const items: RowItem[] = [];
    const pages = paginateScan({ client: this.#client }, { TableName: TABLE, ConsistentRead: true });
    for await (const page of pages) items.push(...(page.Items ?? []));
    return items;
  }

  close(): void {
    this.#client.destroy();
    this.#plain.destroy();
  }
}
