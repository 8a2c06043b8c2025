import { Readable } from 'node:stream';
import {
  CloudWatchLogsClient,
  type CloudWatchLogsClientConfig,
  type FilteredLogEvent,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Source } from '../contract.ts';
import type { CloudWatchLine } from '../core/line.ts';
import type { PageAnswer, PageSource, TimeRange } from '../ports.ts';
import { faultOf, isPassing, isThrottling, stoppedBy } from './aws-error.ts';

/** A page of 1 MB takes a second or two; an answer that takes this long is lost. */
const REQUEST_TIMEOUT = 30_000;

/** Reads a source's streams with FilterLogEvents. The SDK's own retries are off: the run's deadline and quota count every request. */
export class CloudWatchPages implements PageSource {
  readonly #client: CloudWatchLogsClient;
  readonly #source: Source;

  constructor(source: Source, config: CloudWatchLogsClientConfig = {}) {
    this.#source = source;
    this.#client = new CloudWatchLogsClient({
      region: source.region,
      maxAttempts: 1,
      requestHandler: { requestTimeout: REQUEST_TIMEOUT, throwOnRequestTimeout: true, connectionTimeout: 5000 },
      ...config,
    });
    readPlainly(this.#client);
  }

  async page(range: TimeRange, token: string | undefined, signal: AbortSignal): Promise<PageAnswer> {
    const { group, prefix } = this.#source;
    const command = new FilterLogEventsCommand({
      logGroupName: group,
      logStreamNamePrefix: prefix,
      startTime: range.startTime,
      endTime: range.endTime,
      ...(token === undefined ? {} : { nextToken: token }),
    });
    try {
      const { events, nextToken } = await this.#client.send(command, { abortSignal: signal });
      const lines = (events ?? []).map((event) => lineOf(event, group));
      return nextToken === undefined ? { kind: 'page', lines } : { kind: 'page', lines, nextToken };
    } catch (error) {
      const throttled = isThrottling(error);
      if (throttled || isPassing(error)) return { kind: 'again', throttled, why: whyAgain(error) };
      throw stoppedBy(error, `read ${group}`, `There is no log group ${group} in ${this.#source.region}`);
    }
  }
}

/**
 * Has a page parsed, and no more. The SDK would go through each field of each line by its schema, once to copy it and
 * once more for a logger that there is not: the fields are texts and numbers, and as JSON has them they are right.
 * Anything but a page is the SDK's.
 */
function readPlainly({ config: { protocol }, middlewareStack }: CloudWatchLogsClient): void {
  const bySchema: Deserialize = protocol.deserializeResponse.bind(protocol);
  const plainly: Deserialize = async (schema, context, response) =>
    isPage(response)
      ? { ...JSON.parse((await bytesOf(response.body)).toString()), $metadata: {} }
      : await bySchema(schema, context, response);
  Object.assign(protocol, { deserializeResponse: plainly });
  middlewareStack.remove('loggerMiddleware');
}

/** By its events: Node's own `buffer` makes a Blob of it first, which costs a page of 1 MB a quarter more. */
function bytesOf(body: Readable): Promise<Buffer> {
  return new Promise((done, failed) => {
    const parts: Buffer[] = [];
    body.on('data', (part: Buffer) => parts.push(part));
    body.once('end', () => done(Buffer.concat(parts)));
    body.once('error', failed);
    // After the end this says nothing more.
    body.once('close', () => failed(Object.assign(new Error('The answer ended early.'), { code: 'ECONNRESET' })));
  });
}

type Deserialize = (schema: never, context: never, response: unknown) => Promise<object>;

function isPage(response: unknown): response is { readonly body: Readable } {
  if (typeof response !== 'object' || response === null) return false;
  if (!('statusCode' in response) || !('body' in response)) return false;
  return response.statusCode === 200 && response.body instanceof Readable;
}

function whyAgain(error: unknown): string {
  const { name, message } = faultOf(error);
  return [name, message].filter((part) => part !== '' && part !== 'Error').join(': ');
}

function lineOf(event: FilteredLogEvent, group: string): CloudWatchLine {
  const { message = '', timestamp = 0, ingestionTime = timestamp, eventId = '', logStreamName: stream = '' } = event;
  return { message, timestamp, origin: { kind: 'CloudWatch Logs', group, stream, eventId, ingestionTime } };
}
