import { Client } from '@elastic/elasticsearch';
import { expect, inject, onTestFinished, test } from 'vitest';
import { systemClock } from '../../lambda/edges/clock.ts';
import { countDocuments } from '../../lib/elasticsearch/count.ts';
import type { ElasticsearchOptions, RunningElasticsearch } from '../../local/elasticsearch/options.ts';
import { startElasticsearch } from '../../local/elasticsearch/start.ts';
import { VERSIONS } from '../../local/elasticsearch/versions.ts';
import { newFolder } from '../support/folder.ts';

async function start(options: ElasticsearchOptions): Promise<RunningElasticsearch> {
  const running = await startElasticsearch({ env: { ...process.env, ELASTICSEARCH_URL: '' }, ...options });
  onTestFinished(() => running.stop());
  return running;
}

function clientOf({ url }: RunningElasticsearch): Client {
  const client = new Client({ node: url });
  onTestFinished(() => client.close());
  return client;
}

test.each([9, 8] as const)('the server of the run answers, of version %i', async (major) => {
  const running = await startElasticsearch({ major, env: { ELASTICSEARCH_URL: inject('elasticsearch')[major] } });
  expect(running.version).toBe(VERSIONS[major].version);
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
  const directory = newFolder();
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
  expect(await countDocuments(clientOf(third), 'kept', systemClock)).toBe(2);
});
