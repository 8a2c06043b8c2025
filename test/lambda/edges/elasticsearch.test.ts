import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { ElasticsearchBulk, elasticsearchClient } from '../../../lambda/edges/elasticsearch.ts';
import type { Credentials } from '../../../lambda/edges/secret.ts';
import { item } from '../../support/contracts/bulk-sink.ts';
import { type Said, startRecording } from '../../support/fakes/elasticsearch.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const settingsOf = (url: string) => ({ url, secret: null, ca: null, index: '' });
const CREATED: Said = { body: { took: 1, items: [{ create: { _index: 'audit', status: 201 } }] } };

async function recording(answer: Said = CREATED) {
  const server = await startRecording(() => answer);
  closing.push(() => server.close());
  return server;
}

async function sentBy(credentials: Credentials | undefined, ...items: Parameters<typeof item>[]) {
  const server = await recording();
  const sink = new ElasticsearchBulk(settingsOf(server.url), async () => credentials);
  const bulk = items.map((each) => item(...each));
  const answer = await sink.bulk(bulk, AbortSignal.timeout(5000));
  const [request] = server.requests;
  if (request === undefined) throw new Error('Nothing was sent.');
  return { answer, request };
}

describe('what goes over the wire', () => {
  test('is signed with the API key', async () => {
    const { request } = await sentBy({ apiKey: 'VnVhQ2ZHY0JDZGJr' }, ['audit', 'a']);
    expect(request.headers.authorization).toBe('ApiKey VnVhQ2ZHY0JDZGJr');
  });

  test('is signed with user and password', async () => {
    const { request } = await sentBy({ username: 'ana', password: 'p:ss' }, ['audit', 'a']);
    expect(request.headers.authorization).toBe(`Basic ${Buffer.from('ana:p:ss').toString('base64')}`);
  });

  test('is unsigned without credentials', async () => {
    const { request } = await sentBy(undefined, ['audit', 'a']);
    expect(request.headers).not.toHaveProperty('authorization');
  });

  test('is zipped, and speaks the language of 8', async () => {
    const { request } = await sentBy(undefined, ['audit', 'a', { message: 'again '.repeat(10_000) }]);
    expect(request.headers['content-encoding']).toBe('gzip');
    expect(request.sent * 10).toBeLessThan(request.text.length);
    expect(request.headers['content-type']).toBe('application/vnd.elasticsearch+x-ndjson;compatible-with=8');
  });

  test('is one create action and one line for each document', async () => {
    const { request } = await sentBy(undefined, ['audit', 'a', { n: 1 }], ['other', 'b', { n: 2 }]);
    expect(request).toMatchObject({ method: 'POST', path: expect.stringMatching(/^\/_bulk\?/) });
    expect(request.text.trimEnd().split('\n')).toEqual([
      '{"create":{"_index":"audit","_id":"a"}}',
      '{"n":1}',
      '{"create":{"_index":"other","_id":"b"}}',
      '{"n":2}',
    ]);
  });
});

describe('a server', () => {
  async function answerOf(said: Said) {
    const server = await recording(said);
    const sink = new ElasticsearchBulk(settingsOf(server.url), async () => undefined);
    return sink.bulk([item('audit', 'a')], AbortSignal.timeout(5000));
  }

  test('that does not say that it is Elasticsearch is refused', async () => {
    const answer = await answerOf({ ...CREATED, headers: { 'x-elastic-product': 'something else' } });
    expect(answer).toMatchObject({ kind: 'refused', type: 'not Elasticsearch' });
  });

  test.each([502, 503, 504])(
    'behind a proxy that answers %i with a page of its own is told by that',
    async (status) => {
      const headers = { 'content-type': 'text/html', 'x-elastic-product': '' };
      expect(await answerOf({ status, body: '<html>', headers })).toEqual({ kind: 'refused', status });
    },
  );

  test('that answers no JSON is unreachable', async () => {
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
      response.end('{"took":');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => server.close());
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const sink = new ElasticsearchBulk(settingsOf(url), async () => undefined);
    expect(await sink.bulk([item('audit', 'a')], AbortSignal.timeout(5000))).toMatchObject({ kind: 'unreachable' });
  });

  test('that does not answer in time is unreachable, which is nobody’s wish', async () => {
    const server = createServer(() => {}).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const sink = new ElasticsearchBulk(settingsOf(url), async () => undefined);
    expect(await sink.bulk([item('audit', 'a')], AbortSignal.timeout(50))).toEqual({
      kind: 'unreachable',
      why: 'no answer in time',
    });
  });

  test('that nobody runs is unreachable', async () => {
    const sink = new ElasticsearchBulk(settingsOf('http://127.0.0.1:1'), async () => undefined);
    const answer = await sink.bulk([item('audit', 'a')], AbortSignal.timeout(5000));
    expect(answer).toMatchObject({ kind: 'unreachable', why: expect.stringContaining('ECONNREFUSED') });
  });
});

/** What goes wrong, by the class of the client's error that follows. */
const FAULTS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  ResponseError: (response) => {
    response.writeHead(403, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
    response.end('{"error":{"type":"security_exception","reason":"no"},"status":403}');
  },
  ProductNotSupportedError: (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
  DeserializationError: (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' }).end('{');
  },
  ConnectionError: (response) => response.destroy(),
  TimeoutError: () => {},
  RequestAbortedError: () => {},
};
const SECRET = 'a-Secret-of-a-Test';

async function faulty(fault: string): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    FAULTS[fault]?.(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

const SIGNED: readonly Credentials[] = [{ username: 'ana', password: SECRET }, { apiKey: SECRET }];

function showing(value: unknown): string {
  const own = value instanceof Error ? `${value.message}\n${value.stack}` : '';
  return [own, JSON.stringify(value), inspect(value, { depth: Infinity, showHidden: true })].join('\n');
}

function expectNoSecret(text: string): void {
  for (const secret of [
    SECRET,
    Buffer.from(SECRET).toString('base64'),
    Buffer.from(`ana:${SECRET}`).toString('base64'),
  ])
    expect(text).not.toContain(secret);
}

describe('no secret is in', () => {
  test.each(Object.keys(FAULTS))('a %s of the client, nor in what the edge makes of it', async (fault) => {
    const url = await faulty(fault);
    for (const credentials of SIGNED) {
      const signal = fault === 'RequestAbortedError' ? AbortSignal.timeout(50) : AbortSignal.timeout(5000);
      const client = elasticsearchClient(settingsOf(url), credentials);
      closing.push(() => client.close());
      const operations = [{ create: { _index: 'audit' } }, { n: 1 }];
      const error: unknown = await client
        .bulk({ operations }, { signal, requestTimeout: 300 })
        .catch((e: unknown) => e);
      expect(error).toMatchObject({ name: fault });
      expectNoSecret(showing(error));

      const sink = new ElasticsearchBulk(settingsOf(url), async () => credentials);
      const given = fault === 'TimeoutError' ? AbortSignal.timeout(50) : signal;
      const answer = await sink.bulk([item('audit', 'a')], given);
      expect(answer.kind).not.toBe('items');
      expectNoSecret(showing(answer));
    }
  });

  test('what a process prints that an error of the client ends', async () => {
    for (const credentials of SIGNED) {
      const script = `import { elasticsearchClient } from './lambda/edges/elasticsearch.ts';
        const settings = { url: 'http://127.0.0.1:1', secret: null, ca: null, index: '' };
        await elasticsearchClient(settings, ${JSON.stringify(credentials)}).bulk({ operations: [] });`;
      const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
        encoding: 'utf8',
      });
      expect(status).toBe(1);
      expect(stderr).toContain('ConnectionError');
      // The script itself stands in no trace: its credentials would be found.
      expectNoSecret(stdout + stderr);
    }
  });

  test.each([
    ['a client that can’t be made', { url: 'no address at all' }],
    ['one whose authority is no certificate', { url: 'https://127.0.0.1:1', ca: 'no certificate' }],
  ])('%s', async (_, overrides) => {
    for (const credentials of SIGNED) {
      const sink = new ElasticsearchBulk({ ...settingsOf(''), ...overrides }, async () => credentials);
      const outcome: unknown = await sink
        .bulk([item('audit', 'a')], AbortSignal.timeout(5000))
        .catch((e: unknown) => e);
      expectNoSecret(showing(outcome));
    }
  });
});
