import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { ZodError, z } from 'zod';
import { listen } from '../listen.ts';
import type { Account } from './account.ts';
import { act, isRead } from './actions.ts';
import { Dice, type Faults, type FaultsChange } from './faults.ts';
import { type Journal, openJournal, replay } from './journal.ts';
import { arriving, type PutEvent } from './put.ts';
import { Refusal } from './refusal.ts';
import { Store } from './store.ts';

export interface CloudWatchLogsOptions {
  /** On 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number;
  /** Where all is kept across restarts; without it, in memory only. */
  readonly directory?: string;
  /** @default 111122223333 */
  readonly account?: string;
  /** @default eu-west-1 */
  readonly region?: string;
  readonly faults?: FaultsChange;
  /** Of the faults' dice. @default 1 */
  readonly seed?: number;
  /** Milliseconds since the epoch; also the answers' Date header. */
  readonly now?: () => number;
}

export interface CloudWatchLogs {
  readonly endpoint: string;
  /** Past HTTP and the limits of PutLogEvents; group and stream are made where they are missing. Any order. */
  put(group: string, stream: string, events: readonly PutEvent[]): Promise<void>;
  /** The newest timestamp of a group's events, late ones included; undefined: no such group, or no event. */
  newest(group: string): number | undefined;
  /** The times of a group's events, late ones included, stream by stream. */
  times(group: string): ReadonlyMap<string, readonly number[]>;
  /** Keys that are not named stay as they are; returns what now holds. Throws a ZodError on what is no fault. */
  faults(change?: FaultsChange): Faults;
  /** Requests by action since the start, refused ones included. */
  readonly requests: Readonly<Record<string, number>>;
  /** Error answers by name. */
  readonly refusals: Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/** Events of one change on disk: its line stays well below what a string can hold. */
const CHANGE_EVENTS = 500;

/** CloudWatch Logs on this machine: the documented limits and order, and faults to switch on, also by `PUT /faults`. */
export async function startCloudWatchLogs(options: CloudWatchLogsOptions = {}): Promise<CloudWatchLogs> {
  const now = options.now ?? Date.now;
  const dice = new Dice(options.seed ?? 1, options.faults ?? {}, now);
  let journal: Journal | undefined;
  const store = new Store((change) => journal?.append(change));
  if (options.directory !== undefined) {
    await replay(options.directory, (change) => store.apply(change));
    journal = openJournal(options.directory);
  }
  const account = { id: options.account ?? '111122223333', region: options.region ?? 'eu-west-1', store, dice, now };
  const counts = { requests: {}, refusals: {} };
  const server = createServer((request, response) => void answer(account, counts, request, response));
  // Longer than a client keeps an idle connection: else it may send just as the server closes.
  server.keepAliveTimeout = 120_000;
  const port = await listen(server, options.port);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    put: async (group, stream, events) => put(account, group, stream, events),
    newest: (group) => newest(store, group),
    times: (group) => times(store, group),
    faults: (change = {}) => dice.change(change),
    ...counts,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
      journal?.close();
    },
  };
}

interface Counts {
  readonly requests: Record<string, number>;
  readonly refusals: Record<string, number>;
}

async function answer(account: Account, counts: Counts, request: IncomingMessage, response: ServerResponse) {
  const began = account.now();
  response.setHeader('date', new Date(began).toUTCString());
  response.setHeader('x-amzn-requestid', crypto.randomUUID());
  response.setHeader('content-type', 'application/x-amz-json-1.1');
  try {
    const body = await text(request);
    const done =
      request.url === '/faults'
        ? control(account, request.method, body)
        : await perform(account, counts, request, body);
    response.end(JSON.stringify(done ?? {}));
  } catch (error) {
    const refusal = refusalOf(error);
    count(counts.refusals, refusal.name);
    response.writeHead(refusal.status, { 'x-amzn-errortype': refusal.name });
    response.end(JSON.stringify({ __type: refusal.name, message: refusal.message }));
  }
}

async function perform(
  account: Account,
  { requests }: Counts,
  request: IncomingMessage,
  body: string,
): Promise<unknown> {
  const name = String(request.headers['x-amz-target'] ?? '').replace(/^Logs_20140328\./, '');
  count(requests, name);
  const slowness = isRead(name) ? account.dice.slowness() : 0;
  if (slowness > 0) await sleep(slowness);
  return act(account, name, parse(body));
}

/** GET tells the faults, PUT changes those it names. */
function control({ dice }: Account, method: string | undefined, body: string): Faults {
  if (method !== 'PUT') return dice.faults;
  return dice.change(z.looseObject({}).parse(parse(body)));
}

function put(account: Account, group: string, stream: string, events: readonly PutEvent[]): void {
  const { store, now } = account;
  if (!store.groups.has(group)) store.commit({ op: 'group', group, at: now() });
  if (!store.groups.get(group)?.streams.has(stream)) store.commit({ op: 'stream', group, stream, at: now() });
  const rows = arriving(
    account,
    events.toSorted((a, b) => a.timestamp - b.timestamp),
  );
  for (let i = 0; i < rows.length; i += CHANGE_EVENTS) store.add(group, stream, rows.slice(i, i + CHANGE_EVENTS));
}

function newest(store: Store, group: string): number | undefined {
  const streams = [...(store.groups.get(group)?.streams.values() ?? [])];
  return streams
    .map(({ events }) => events.at(-1)?.timestamp)
    .reduce((a, b) => (b === undefined || (a ?? b) > b ? a : b), undefined);
}

function times(store: Store, group: string): ReadonlyMap<string, readonly number[]> {
  const streams = store.groups.get(group)?.streams.values() ?? [];
  return new Map([...streams].map(({ name, events }) => [name, events.map(({ timestamp }) => timestamp)]));
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Refusal('SerializationException', 'The body is not JSON.');
  }
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof ZodError) return new Refusal('InvalidParameterException', z.prettifyError(error));
  return new Refusal('InternalFailure', String(error), 500);
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
