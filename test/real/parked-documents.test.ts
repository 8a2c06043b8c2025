import { describe, expect, inject, test } from 'vitest';
import { DEFAULT_INDEX } from '../../lambda/contract.ts';
import { systemClock } from '../../lambda/edges/clock.ts';
import { ElasticsearchParked } from '../../lib/elasticsearch/parked.ts';
import { preparedClient } from '../support/client.ts';
import { type ParkedSubject, parkedDocumentsContract } from '../support/contracts/parked-documents.ts';

// At once, as for the documents.
describe.concurrent.each([9, 8] as const)('what is parked in Elasticsearch %i', (major) => {
  const url = inject('elasticsearch')[major];
  const client = preparedClient(url);
  let count = 0;

  function subject(): ParkedSubject {
    count += 1;
    const cluster = `parked-${process.pid}-${count}`;
    const names = [{ index: DEFAULT_INDEX, cluster, indexName: cluster, profiles: ['ecs'] }];
    return {
      parked: new ElasticsearchParked(client, url, names, systemClock, { page: 2 }),
      cluster,
      async put(items) {
        const operations = items.flatMap(({ index, id, body }) => [{ create: { _index: index, _id: id } }, body]);
        const { errors } = await client.bulk({ operations, refresh: true });
        expect(errors).toBe(false);
      },
    };
  }

  parkedDocumentsContract(subject);

  test('is found in an index whose mapping is older than the marks', async () => {
    const { parked, cluster, put } = subject();
    const index = `logs-kubernetes.audit_parked-${cluster}-2026.11.01`;
    const keyword = { type: 'keyword' } as const;
    await client.indices.create({
      index,
      mappings: { properties: { parked: { properties: { reason: keyword, redriven: { enabled: false } } } } },
    });
    const said = { '@timestamp': '2026-11-21T12:00:00.000Z', event: { id: 'a' } };
    await put([
      { index, id: 'a', body: JSON.stringify({ ...said, parked: { reason: 'too large' } }) },
      { index, id: 'a.redriven', body: JSON.stringify({ ...said, parked: { redriven: { outcome: 'indexed' } } }) },
    ]);
    const found: string[] = [];
    for await (const page of parked.search({ marksAlone: true })) found.push(...page.map(({ id }) => id));
    expect(found).toEqual(['a.redriven']);
  });
});
