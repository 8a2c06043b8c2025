import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@elastic/elasticsearch';
import { afterEach, expect, inject, test } from 'vitest';
import {
  type ElasticsearchOptions,
  type RunningElasticsearch,
  startElasticsearch,
} from '../../local/elasticsearch/start.ts';

const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'elasticsearch-test-'));
  closing.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function start(options: ElasticsearchOptions): Promise<RunningElasticsearch> {
  const running = await startElasticsearch({ env: { ...process.env, ELASTICSEARCH_URL: '' }, ...options });
  closing.push(() => running.stop());
  return running;
}

function clientOf({ url, ca }: RunningElasticsearch, auth?: { username: string; password: string }): Client {
  const client = new Client({ node: url, ...(ca && { tls: { ca } }), ...(auth && { auth }) });
  closing.push(() => client.close());
  return client;
}

test('the server of the run answers', async () => {
  const client = new Client({ node: inject('elasticsearch')[9] });
  closing.push(() => client.close());
  expect((await client.cluster.health()).status).toMatch(/^(green|yellow)$/);
});

test('a server named by ELASTICSEARCH_URL is used and left alone', async () => {
  const url = inject('elasticsearch')[9];
  const foreign = await startElasticsearch({ env: { ELASTICSEARCH_URL: url } });
  expect(foreign).toMatchObject({ url, how: 'url', version: expect.stringMatching(/^9\./) });
  await foreign.stop();
  const client = clientOf(foreign);
  expect((await client.cluster.health()).timed_out).toBe(false);
  await expect(startElasticsearch({ major: 8, env: { ELASTICSEARCH_URL: url } })).rejects.toThrow(
    /version 8 is needed/,
  );
});

test('documents survive a kill and a stop on the same folder, which takes one server at a time', {
  timeout: 300_000,
}, async () => {
  const directory = folder();
  const first = await start({ directory });
  await clientOf(first).index({ index: 'kept', id: '1', document: { n: 1 } });
  await expect(startElasticsearch({ directory, env: { ...process.env, ELASTICSEARCH_URL: '' } })).rejects.toThrow(
    /end it first/,
  );
  await first.kill();

  const second = await start({ directory });
  await clientOf(second).index({ index: 'kept', id: '2', document: { n: 2 }, refresh: true });
  expect((await clientOf(second).count({ index: 'kept' })).count).toBe(2);
  await second.stop();

  const third = await start({ directory });
  expect((await clientOf(third).count({ index: 'kept' })).count).toBe(2);
});

test('a user of the file realm may do over TLS what its role says and gets a 403 on any other item', async () => {
  const writer = { username: 'writer', password: 'a-password' };
  const running = await start({
    tls: true,
    security: {
      users: [{ name: writer.username, password: writer.password, roles: ['writer'] }],
      roles: { writer: { indices: [{ names: ['audit-*'], privileges: ['create_doc', 'auto_configure'] }] } },
    },
  });
  const create = (index: string) => [{ create: { _index: index, _id: '1' } }, { n: 1 }];
  const { items } = await clientOf(running, writer).bulk({ operations: [...create('audit-a'), ...create('other')] });
  expect(items.map(({ create }) => create?.status)).toEqual([201, 403]);

  const wrong = clientOf(running, { ...writer, password: 'another' });
  await expect(wrong.bulk({ operations: create('audit-a') })).rejects.toMatchObject({ statusCode: 401 });
});
