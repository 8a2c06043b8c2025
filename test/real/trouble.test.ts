import type { Client } from '@elastic/elasticsearch';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../lambda/edges/clock.ts';
import { countDocuments } from '../../lib/elasticsearch/count.ts';
import { installTemplates } from '../../lib/elasticsearch/setup.ts';
import type { RunningElasticsearch } from '../../local/elasticsearch/options.ts';
import { startElasticsearch } from '../../local/elasticsearch/start.ts';
import { event } from '../support/builders.ts';
import { clientOf } from '../support/client.ts';
import { newFolder } from '../support/folder.ts';
import { type Pipe, startPipe } from './pipe.ts';

/** A server of its own: these tests break it. `root` may all, `powerless` may look at the cluster and no more. */
const PASSWORD = 'of-a-test-server';
const SECURITY = {
  users: [
    { name: 'root', password: PASSWORD, roles: ['superuser'] },
    { name: 'powerless', password: PASSWORD, roles: ['powerless'] },
  ],
  roles: { powerless: { cluster: ['monitor'] } },
};
const directory = newFolder();
let port: number;
let server: RunningElasticsearch;
let client: Client;

async function startServer(): Promise<void> {
  server = await startElasticsearch({ major: 9, directory, security: SECURITY, ...(port > 0 ? { port } : {}) });
  port = Number(new URL(server.url).port);
}

const signedIn = (username: string) => ({ ELASTICSEARCH_USERNAME: username, ELASTICSEARCH_PASSWORD: PASSWORD });

beforeAll(async () => {
  port = 0;
  await startServer();
  client = clientOf(server.url, { username: 'root', password: PASSWORD });
  await installTemplates(client);
});
afterAll(async () => {
  await client.close();
  await server.stop();
});

/** Ninety seconds ago: in a minute that is over. */
const fedAt = Date.now() - 90_000;
const fedMinute = new Date(Math.floor(fedAt / 60_000) * 60_000).toISOString();

async function feeding(count: number, user = 'root', timeoutSeconds = 55): Promise<Pipe> {
  const pipe = await startPipe({ elasticsearch: { url: server.url }, environment: signedIn(user), timeoutSeconds });
  const messages = Array.from({ length: count }, (_, at) => JSON.stringify(event({ auditID: `event-${at}` })));
  await pipe.feed(messages, fedAt);
  return pipe;
}

const audit = (cluster: string) => `logs-kubernetes.audit_logs-${cluster}-*`;
const parked = (cluster: string) => `logs-kubernetes.audit_parked-${cluster}-*`;
const reason = ({ outcome }: Awaited<ReturnType<Pipe['invoke']>>) => (outcome.ok ? '' : outcome.errorMessage);

/** What Elastic ships for every `logs-*-*` name. */
async function likeOfElastics(name: string, index_patterns: string[], priority: number): Promise<void> {
  await client.indices.putIndexTemplate({ name, index_patterns, priority, data_stream: {}, template: {} });
}

test('a key without rights (200, and 403 on every item) stops the run: nothing parked, cursors unmoved', async () => {
  const { cluster, invoke, frontier } = await feeding(300, 'powerless');
  const first = await invoke();
  expect(reason(first)).toContain('403 security_exception');
  expect(first.totals).toMatchObject({ read: 0, indexed: 0, parked: 0 });
  expect(((await frontier()) ?? '') <= fedMinute).toBe(true);
  expect(await countDocuments(client, parked(cluster), systemClock)).toBe(0);
});

test('a wrong password stops the run with a sentence that does not hold it', async () => {
  const pipe = await startPipe({
    elasticsearch: { url: server.url },
    environment: { ELASTICSEARCH_USERNAME: 'root', ELASTICSEARCH_PASSWORD: 'wrong-but-secret' },
  });
  await pipe.feed([JSON.stringify(event())]);
  const run = await pipe.invoke();
  expect(reason(run)).toContain('401');
  expect(JSON.stringify(run)).not.toContain('wrong-but-secret');
});

// Each starts the server again, which alone takes half a minute, and more on a busy machine.
describe('Elasticsearch killed', { timeout: 240_000 }, () => {
  test('before a run: one clear sentence, cursors unmoved; once it is back, all arrives, once', async () => {
    const { cluster, invoke, frontier } = await feeding(500, 'root', 15);
    await server.kill();
    expect(reason(await invoke())).toMatch(/^Elasticsearch does not answer \(.*ECONNREFUSED.*\), and no time is left/);
    expect(reason(await invoke())).toContain('does not answer');
    expect(((await frontier()) ?? '') <= fedMinute).toBe(true);
    await startServer();
    expect((await invoke()).totals).toMatchObject({ indexed: 500 });
    expect(await countDocuments(client, audit(cluster), systemClock)).toBe(500);
  });

  test('in the middle of a run: the same', async () => {
    const { cluster, invoke } = await feeding(20_000, 'root', 10);
    const running = invoke();
    // As soon as the first documents are there.
    while ((await countDocuments(client, audit(cluster), systemClock)) === 0);
    await server.kill();
    expect((await running).outcome.ok).toBe(false);
    await startServer();
    let caughtUp = false;
    while (!caughtUp) {
      const { outcome } = await invoke();
      caughtUp = outcome.ok && JSON.stringify(outcome.payload).includes('"caughtUp":true');
    }
    expect(await countDocuments(client, audit(cluster), systemClock)).toBe(20_000);
  });
});

// Last, since a data stream once made can't be deleted in this distribution, and keeps our template out.
describe('an index template that makes a data stream of our name', () => {
  afterEach(async () => {
    await client.indices.deleteIndexTemplate({ name: 'like-of-*' }).catch(() => {});
  });

  test('of lower priority does no harm', async () => {
    await likeOfElastics('like-of-logs', ['logs-*-*'], 100);
    await likeOfElastics('like-of-fleet', ['logs-kubernetes.audit_logs-*'], 200);
    const { cluster, invoke } = await feeding(20);
    expect((await invoke()).totals).toMatchObject({ indexed: 20 });
    expect(await countDocuments(client, audit(cluster), systemClock)).toBe(20);
  });

  test('that wins over ours stops the run after at most one document', async () => {
    const { cluster, invoke } = await feeding(20);
    await likeOfElastics('like-of-greedy', [audit(cluster)], 900);
    expect(reason(await invoke())).toContain('instead of');
    expect(await countDocuments(client, audit(cluster), systemClock)).toBeLessThanOrEqual(1);
  });

  test('where ours is missing does the same, and names the remedy', async () => {
    // As good as missing; it can't be deleted as long as a data stream has a name that it matches.
    await client.indices.putIndexTemplate({
      name: 'eks-audit-forwarder',
      index_patterns: ['elsewhere-*'],
      priority: 600,
    });
    await likeOfElastics('like-of-logs', ['logs-*-*'], 100);
    const { cluster, invoke, frontier } = await feeding(20);
    expect(reason(await invoke())).toContain('eks-audit elasticsearch setup');
    expect(reason(await invoke())).toContain('eks-audit elasticsearch setup');
    expect(await countDocuments(client, audit(cluster), systemClock)).toBeLessThanOrEqual(1);
    expect(((await frontier()) ?? '') <= fedMinute).toBe(true);
  });
});
