/**
 * CloudWatch Logs in a process of its own: `FilterLogEvents` alone, of lines that lie there ready as JSON, so that it is
 * never what the other process waits for. `logs.ts FILE FROM SPAN`: the lines of a file, spread evenly over a time.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer, json } from 'node:stream/consumers';

const PAGE_BYTES = 1024 * 1024;
const PAGE_LINES = 10_000;
/** Milliseconds until a line can be read. */
const DELAY = 2000;

interface Asked {
  readonly startTime: number;
  readonly endTime: number;
  readonly nextToken?: string;
}

const [file = '', from = '0', span = '0'] = process.argv.slice(2);
const messages = readFileSync(file, 'utf8').split('\n');
const times = messages.map((_, at) => Number(from) + Math.floor((at * Number(span)) / messages.length));
const events = messages.map((message, at) => Buffer.from(JSON.stringify(eventOf(message, times[at] ?? 0, at))));
const sizes = messages.map((message) => Buffer.byteLength(message));
const given = { calls: 0, lines: 0, bytes: 0 };

function eventOf(message: string, timestamp: number, at: number) {
  return {
    logStreamName: `kube-apiserver-audit-${String(at % 3).padStart(32, '0')}`,
    timestamp,
    message,
    ingestionTime: timestamp + DELAY,
    // As long as CloudWatch's.
    eventId: `3${String(at).padStart(55, '0')}`,
  };
}

/** The first line that is not before this time. */
function firstAt(time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function page({ startTime, endTime, nextToken }: Asked): Buffer {
  const first = nextToken === undefined ? firstAt(startTime) : Number(nextToken);
  const end = firstAt(endTime + 1);
  let to = first;
  let bytes = 0;
  for (; to < end && to - first < PAGE_LINES; to += 1) {
    bytes += sizes[to] ?? 0;
    if (bytes > PAGE_BYTES && to > first) break;
  }
  given.calls += 1;
  given.lines += Math.max(0, to - first);
  given.bytes += sizes.slice(first, to).reduce((sum, size) => sum + size, 0);
  const parts = events.slice(first, to).flatMap((event, at) => (at === 0 ? [event] : [COMMA, event]));
  const token = to < end ? `,"nextToken":"${to}"` : '';
  return Buffer.concat([Buffer.from('{"events":['), ...parts, Buffer.from(`],"searchedLogStreams":[]${token}}`)]);
}

const COMMA = Buffer.from(',');

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'GET') {
    await buffer(request);
    response.end(JSON.stringify(given));
    Object.assign(given, { calls: 0, lines: 0, bytes: 0 });
    return;
  }
  const body = page((await json(request)) as Asked);
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1', 'content-length': body.length });
  response.end(body);
}

const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.stdin.on('end', () => process.exit()).resume();
const address = server.address();
console.log(typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : address);
