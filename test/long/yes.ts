import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createGunzip } from 'node:zlib';

/** Stands where Elasticsearch is, says yes to every document and forgets it: for what only the function is asked about. */
export async function startYes(): Promise<{ readonly endpoint: string }> {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return { endpoint: `http://127.0.0.1:${address.port}` };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url?.split('?')[0] !== '/_bulk') {
    // As a server without that endpoint says it.
    response.writeHead(400, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
    response.end(JSON.stringify({ error: `no handler found for uri [${request.url}] and method [${request.method}]` }));
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
  const items = (await actions(request)).map(({ create }) => ({ create: { _index: create._index, status: 201 } }));
  response.end(JSON.stringify({ took: 1, errors: false, items }));
}

/** Every other line; the documents between them are not looked at. */
async function actions(request: IncomingMessage): Promise<readonly { create: { _index: string } }[]> {
  const body = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
  let text = '';
  for await (const part of body.setEncoding('utf8')) text += part;
  return text
    .split('\n')
    .filter((line, at) => at % 2 === 0 && line !== '')
    .map((line) => JSON.parse(line));
}
