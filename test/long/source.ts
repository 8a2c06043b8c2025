import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { batchesOf } from '../support/batches.ts';
import { standIn } from '../support/stand-in.ts';
import type { Written } from './lines.ts';
import type { Filed } from './truth.ts';

/** CloudWatch Logs as the cluster and the judge see it, not the forwarder. */
export class LogGroup {
  readonly #client: CloudWatchLogsClient;
  readonly #endpoint: string;
  readonly #group: string;
  readonly #streams = new Set<string>();

  constructor(endpoint: string, group: string) {
    this.#client = new CloudWatchLogsClient(standIn(endpoint));
    this.#endpoint = endpoint;
    this.#group = group;
  }

  async create(): Promise<void> {
    await this.#client.send(new CreateLogGroupCommand({ logGroupName: this.#group }));
  }

  /** Lines in the order of their time. */
  async put(lines: readonly Written[]): Promise<void> {
    for (const [logStreamName, all] of Map.groupBy(lines, ({ stream }) => stream)) {
      const name = { logGroupName: this.#group, logStreamName };
      if (!this.#streams.has(logStreamName)) await this.#client.send(new CreateLogStreamCommand(name));
      this.#streams.add(logStreamName);
      for (const batch of batchesOf(all)) {
        const logEvents = batch.map(({ timestamp, message }) => ({ timestamp, message }));
        const { rejectedLogEventsInfo } = await this.#client.send(new PutLogEventsCommand({ ...name, logEvents }));
        if (rejectedLogEventsInfo !== undefined) throw new Error('CloudWatch Logs rejected lines.');
      }
    }
  }

  /** All lines of the group, once nothing is amiss with the server any more. */
  async all(): Promise<readonly Filed[]> {
    const filed: Filed[] = [];
    let nextToken: string | undefined;
    do {
      const query = { logGroupName: this.#group, ...(nextToken === undefined ? {} : { nextToken }) };
      const page = await this.#client.send(new FilterLogEventsCommand(query));
      for (const { timestamp = 0, message = '', logStreamName = '', eventId = '' } of page.events ?? []) {
        filed.push({ timestamp, message, stream: logStreamName, eventId });
      }
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return filed;
  }

  async faults(faults: object): Promise<void> {
    const answer = await fetch(`${this.#endpoint}/faults`, { method: 'PUT', body: JSON.stringify(faults) });
    if (!answer.ok) throw new Error(`The emulator took no faults: ${await answer.text()}`);
  }

  close(): void {
    this.#client.destroy();
  }
}
