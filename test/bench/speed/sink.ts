/**
 * Elasticsearch in a process of its own: `_bulk` alone, it answers 201 to every document and forgets it. `sink.ts FILE`
 * writes the requests' text there as it came.
 */
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

const [file] = process.argv.slice(2);
const given = { requests: 0, items: 0, bytes: 0, sent: 0 };
const INDEX = /"_index":"([^"]*)"/;

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(request);
  response.setHeader('content-type', 'application/json');
  response.setHeader('x-elastic-product', 'Elasticsearch');
  if (request.method === 'GET') {
    response.end(JSON.stringify(given));
    Object.assign(given, { requests: 0, items: 0, bytes: 0, sent: 0 });
    return;
  }
  const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString();
  if (file !== undefined) appendFileSync(file, text);
  // Every other line; the documents between them are not looked at.
  const actions = text.split('\n').filter((line, at) => at % 2 === 0 && line !== '');
  const items = actions.map((action) => ({ create: { _index: INDEX.exec(action)?.[1] ?? '', status: 201 } }));
  given.requests += 1;
  given.items += items.length;
  given.bytes += Buffer.byteLength(text);
  given.sent += body.length;
  response.end(JSON.stringify({ took: 1, errors: false, items }));
}

const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.stdin.on('end', () => process.exit()).resume();
const address = server.address();
console.log(typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : address);
