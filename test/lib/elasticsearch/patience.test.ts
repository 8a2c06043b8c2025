import { afterEach, describe, expect, test } from 'vitest';
import { DEFAULT_INDEX } from '../../../lambda/contract.ts';
import { Stopped } from '../../../lambda/core/stopped.ts';
import { elasticsearchClient } from '../../../lambda/edges/elasticsearch.ts';
import { countDocuments } from '../../../lib/elasticsearch/count.ts';
import { ElasticsearchDocuments } from '../../../lib/elasticsearch/documents.ts';
import { Failed } from '../../../lib/problems/usage.ts';
import { latestChanges } from '../../../review/query/policy-changes.ts';
import { NOON } from '../../support/builders.ts';
import { VirtualClock } from '../../support/fakes/clock.ts';
import { denied, type Recorded, type Said, startRecording } from '../../support/fakes/elasticsearch.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function clientOf(url: string) {
  const client = elasticsearchClient({ url, secret: null, ca: null, index: '' }, undefined);
  closing.push(() => client.close());
  return client;
}

async function serverSaying(say: (request: Recorded) => Said) {
  const server = await startRecording(say);
  closing.push(() => server.close());
  const clock = new VirtualClock(NOON);
  return { server, client: clientOf(server.url), clock, waited: () => clock.time - NOON };
}

/** As both majors say it of an index made a moment ago. */
const NO_SHARD = {
  error: {
    type: 'search_phase_execution_exception',
    reason: '',
    caused_by: {
      type: 'search_phase_execution_exception',
      reason: 'Search rejected due to missing shards [[audit][0]]',
    },
  },
};
const FOUND: Said = { body: { _shards: { failed: 0 }, hits: { total: { value: 7, relation: 'eq' }, hits: [] } } };

/** Refuses so many searches with a status, then finds. */
function searchesRefused(times: number, status = 503): (request: Recorded) => Said {
  let left = times;
  return ({ path }) => {
    if (!path.includes('/_search')) return { body: { _shards: { failed: 0 } } };
    left -= 1;
    return left >= 0 ? { status, body: NO_SHARD } : FOUND;
  };
}

describe('what passes by itself', () => {
  test.each([429, 502, 503, 504])(
    'is waited out, longer each time: a count refused eight times with %i',
    async (status) => {
      const { client, clock, server, waited } = await serverSaying(searchesRefused(8, status));
      expect(await countDocuments(client, 'audit-*', clock)).toBe(7);
      expect(server.requests).toHaveLength(1 + 8 + 1);
      expect(waited()).toBeGreaterThan(8000);
    },
  );

  test('is waited out where the latest changes are looked for', async () => {
    const { client, clock, waited } = await serverSaying(searchesRefused(8));
    expect(await latestChanges(client, 'audit-*', 10, clock)).toEqual([]);
    expect(waited()).toBeGreaterThan(8000);
  });

  test('is waited out where a refresh is refused', async () => {
    const refusals: Said[] = [503, 503].map((status) => ({ status }));
    const { client, clock } = await serverSaying(() => refusals.shift() ?? FOUND);
    expect(await countDocuments(client, 'audit-*', clock)).toBe(7);
  });

  test.each([
    ['countDocuments', countDocuments],
    [
      'latestChanges',
      (...[client, indices, clock]: Parameters<typeof countDocuments>) => latestChanges(client, indices, 10, clock),
    ],
  ])('and does not within half a minute or so ends %s with a sentence', async (_, asked) => {
    const { client, clock, waited } = await serverSaying(searchesRefused(Number.POSITIVE_INFINITY));
    const error: unknown = await asked(client, 'audit-*', clock).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(Failed);
    expect(error).toMatchObject({
      message: expect.stringMatching(/^Elasticsearch does not .*: 503, Search rejected due to missing shards/),
    });
    expect(waited()).toBeGreaterThan(29_000);
    expect(waited()).toBeLessThan(36_000);
  });
});

describe('what does not pass is not waited for:', () => {
  test.each([401, 403])('a key that may not read, answered %i, counts null', async (status) => {
    for (const refused of ['/_refresh', '/_search']) {
      const { client, clock, waited } = await serverSaying(({ path }) =>
        path.includes(refused) ? { ...denied(), status } : FOUND,
      );
      expect(await countDocuments(client, 'audit-*', clock)).toBeNull();
      expect(waited()).toBe(0);
    }
  });

  test('a count by a server that is not there', async () => {
    const clock = new VirtualClock(NOON);
    await expect(countDocuments(clientOf('http://127.0.0.1:1'), 'audit-*', clock)).rejects.toThrow(/does not answer/);
    expect(clock.time).toBe(NOON);
  });
});

test('documents of a server that is not there are asked for during some seconds', async () => {
  const clock = new VirtualClock(NOON);
  const url = 'http://127.0.0.1:1';
  const names = [{ index: DEFAULT_INDEX, cluster: 'prod', indexName: 'prod', profiles: ['ecs'] }];
  const documents = new ElasticsearchDocuments(clientOf(url), url, names, clock);
  await expect(documents.snapshot()).rejects.toThrow(Stopped);
  expect(clock.time - NOON).toBeGreaterThan(3000);
  expect(clock.time - NOON).toBeLessThan(15_000);
});

test('a count takes no part for the whole', async () => {
  const { client, clock, server } = await serverSaying(() => FOUND);
  await countDocuments(client, 'audit-*', clock);
  await latestChanges(client, 'audit-*', 10, clock);
  const searches = server.requests.filter(({ path }) => path.includes('/_search'));
  expect(searches).toHaveLength(2);
  for (const { path } of searches) expect(path).toContain('allow_partial_search_results=false');
});
