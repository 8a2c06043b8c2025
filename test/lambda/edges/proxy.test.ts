import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_INDEX } from '../../../lambda/contract.ts';
import { ElasticsearchBulk } from '../../../lambda/edges/elasticsearch.ts';
import { makeCertificate } from '../../../local/elasticsearch/certificate.ts';
import { item } from '../../support/builders.ts';

const opened: Server[] = [];
afterEach(async () => {
  for (const server of opened.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

async function listen(server: Server): Promise<number> {
  opened.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const ANSWER = JSON.stringify({ took: 1, errors: false, items: [{ create: { _index: item().index, status: 201 } }] });

/** Takes every bulk request. */
async function elasticsearch(tls?: { readonly key: string; readonly cert: string }): Promise<number> {
  const answer: Parameters<typeof createServer>[1] = (request, response) => {
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/vnd.elasticsearch+json;compatible-with=8');
      response.setHeader('x-elastic-product', 'Elasticsearch');
      response.end(ANSWER);
    });
  };
  return await listen(tls === undefined ? createServer(answer) : createSecureServer(tls, answer));
}

/** A proxy that opens tunnels and tells where to; it sees nothing of what goes through them. */
async function proxy(): Promise<{ readonly url: string; readonly tunnels: readonly string[] }> {
  const tunnels: string[] = [];
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on('connect', (request, client, head) => {
    tunnels.push(request.url ?? '');
    const { hostname, port } = new URL(`http://${request.url}`);
    const target = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      target.write(head);
      target.pipe(client).pipe(target);
    });
    target.on('error', () => client.destroy());
    client.on('error', () => target.destroy());
  });
  const port = await listen(server);
  return { url: `http://127.0.0.1:${port}`, tunnels };
}

function sink(url: string, ca: string | null, through: string): ElasticsearchBulk {
  return new ElasticsearchBulk({ url, secret: null, ca, index: DEFAULT_INDEX, proxy: through }, async () => undefined);
}

const signal = new AbortController().signal;

describe('with a proxy, Elasticsearch is reached through a tunnel', () => {
  it('by TLS from end to end, with an authority of our own', async () => {
    const { ca, cert, key } = await makeCertificate();
    const port = await elasticsearch({ cert, key });
    const { url, tunnels } = await proxy();
    const bulk = sink(`https://localhost:${port}`, ca, url);
    expect(await bulk.bulk([item()], signal)).toMatchObject({ kind: 'items', items: [{ status: 201 }] });
    expect(tunnels).toEqual([`localhost:${port}`]);
  });

  it('and not without it: a server whose authority is unknown is refused there too', async () => {
    const { cert, key } = await makeCertificate();
    const { ca } = await makeCertificate();
    const port = await elasticsearch({ cert, key });
    const bulk = sink(`https://localhost:${port}`, ca, (await proxy()).url);
    expect(await bulk.bulk([item()], signal)).toMatchObject({ kind: 'unreachable' });
  });

  it('also without TLS', async () => {
    const port = await elasticsearch();
    const { url, tunnels } = await proxy();
    expect(await sink(`http://127.0.0.1:${port}`, null, url).bulk([item()], signal)).toMatchObject({ kind: 'items' });
    expect(tunnels).toEqual([`127.0.0.1:${port}`]);
  });

  it('and never past it', async () => {
    const port = await elasticsearch();
    const bulk = sink(`http://127.0.0.1:${port}`, null, 'http://127.0.0.1:9');
    expect(await bulk.bulk([item()], signal)).toMatchObject({ kind: 'unreachable' });
  });
});
