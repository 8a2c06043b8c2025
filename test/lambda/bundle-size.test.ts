import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { Credentials } from '../../lambda/edges/secret.ts';
import { bundleOptions } from '../../lib/bundle.ts';
import { makeCertificate } from '../../local/elasticsearch/certificate.ts';
import { item } from '../support/builders.ts';
import { startRecording } from '../support/fakes/elasticsearch.ts';
import { newFolder } from '../support/folder.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const MOST_BYTES = 800_000;

type Bulk = typeof import('../../lambda/edges/bulk.ts');
type Wiring = typeof import('../../lambda/wiring.ts');

let bundled: Bulk & Wiring;
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

beforeAll(async () => {
  const { entryPoints: _, ...options } = bundleOptions;
  const contents = "export * from './lambda/edges/bulk.ts'; export * from './lambda/wiring.ts';";
  const outfile = join(newFolder(), 'index.mjs');
  await build({ ...options, stdin: { contents, resolveDir: ROOT }, absWorkingDir: ROOT, outfile });
  bundled = await import(pathToFileURL(outfile).href);
});

test('the function is small, without the clients’ parts that it never calls', async () => {
  const { metafile } = await build({ ...bundleOptions, absWorkingDir: ROOT, outfile: 'index.mjs', write: false });
  const size = Object.entries(metafile.outputs).find(([name]) => name.endsWith('.mjs'))?.[1].bytes;
  expect(size).toBeLessThan(MOST_BYTES);
  const inputs = Object.keys(metafile.inputs);
  expect(inputs.filter((path) => /node_modules\/(undici|@elastic\/elasticsearch)\//.test(path))).toEqual([]);
});

const CREATED = { took: 1, items: [{ create: { _index: item().index, status: 201 } }] };
const CREDENTIALS: Credentials = { apiKey: 'a-key' };

test('sends through a proxy, by TLS with an authority of our own, signed and zipped', async () => {
  const { ca, cert, key } = await makeCertificate();
  const server = createSecureServer({ cert, key }, (request, response) => {
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/vnd.elasticsearch+json;compatible-with=8');
      response.setHeader('x-elastic-product', 'Elasticsearch');
      const { authorization, 'content-encoding': encoding } = request.headers;
      response.statusCode = authorization === 'ApiKey a-key' && encoding === 'gzip' ? 200 : 500;
      response.end(JSON.stringify(CREATED));
    });
  });
  const proxy = createServer().on('connect', (request, client) => {
    const target = connect(Number(new URL(`http://${request.url}`).port), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      target.pipe(client).pipe(target);
    });
  });
  for (const each of [server, proxy]) {
    each.listen(0, '127.0.0.1');
    await once(each, 'listening');
    closing.push(
      () => each.close(),
      () => each.closeAllConnections(),
    );
  }
  const portOf = (each: typeof proxy | typeof server) => (each.address() as AddressInfo).port;
  const settings = { url: `https://localhost:${portOf(server)}`, secret: null, ca, index: '' };
  const proxied = { ...settings, proxy: `http://127.0.0.1:${portOf(proxy)}` };
  const sink = new bundled.ElasticsearchBulk(proxied, async () => CREDENTIALS);
  expect(await sink.bulk([item()], AbortSignal.timeout(5000))).toMatchObject({ kind: 'items' });
});

test('takes the credentials of another account’s role', async () => {
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const given = `<AccessKeyId>other</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>`;
  const credentials = `<Credentials>${given}<Expiration>${until}</Expiration></Credentials>`;
  const body = `<AssumeRoleResponse><AssumeRoleResult>${credentials}</AssumeRoleResult></AssumeRoleResponse>`;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(String(request.headers.authorization));
    request.resume().on('end', () => response.setHeader('content-type', 'text/xml').end(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  closing.push(() => vi.unstubAllEnvs());
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const own = { AWS_ACCESS_KEY_ID: 'own', AWS_SECRET_ACCESS_KEY: 's', AWS_REGION: 'eu-west-1' };
  for (const [name, value] of Object.entries({ ...own, AWS_ENDPOINT_URL_STS: endpoint })) vi.stubEnv(name, value);
  const assumed = bundled.assumed({ roleArn: 'arn:aws:iam::111122223333:role/reader' });
  expect(await assumed()).toMatchObject({ accessKeyId: 'other' });
  expect(asked).toEqual([expect.stringContaining('Credential=own/')]);
});

test('tells a server that refuses from one that is none', async () => {
  const answer = { status: 403, body: { error: { type: 'security_exception', reason: 'no' }, status: 403 } };
  const server = await startRecording(() => answer);
  closing.push(() => server.close());
  const sinkOf = (url: string) =>
    new bundled.ElasticsearchBulk({ url, secret: null, ca: null, index: '' }, async () => CREDENTIALS);
  const signal = AbortSignal.timeout(5000);
  expect(await sinkOf(server.url).bulk([item()], signal)).toMatchObject({
    kind: 'refused',
    type: 'security_exception',
  });
  expect(await sinkOf('http://127.0.0.1:1').bulk([item()], signal)).toMatchObject({ kind: 'unreachable' });
});
