import { describe, expect, inject, test } from 'vitest';
import { DEFAULT_INDEX } from '../../lambda/contract.ts';
import { Stopped } from '../../lambda/core/stopped.ts';
import { systemClock } from '../../lambda/edges/clock.ts';

import { ElasticsearchDocuments, type Names } from '../../lib/elasticsearch/documents.ts';
import { preparedClient } from '../support/client.ts';

import { indexedDocumentsContract, type Subject } from '../support/contracts/indexed-documents.ts';

// At once: each has a cluster of its own, and mostly waits for the server to make an index.
describe.concurrent.each([9, 8] as const)('the documents in Elasticsearch %i', (major) => {
  const url = inject('elasticsearch')[major];
  const client = preparedClient(url);
  let count = 0;

  function subject(): Subject {
    count += 1;
    const cluster = `documents-${process.pid}-${count}`;
    const under = (names: readonly Names[]) =>
      new ElasticsearchDocuments(client, url, names, systemClock, { page: 2, batch: 2, bytes: 1000 });
    return {
      documents: under([{ index: DEFAULT_INDEX, cluster, indexName: cluster, profiles: ['ecs'] }]),
      cluster,
      under,
      async put(items, searchable = true) {
        const operations = items.flatMap(({ index, id, body }) => [{ create: { _index: index, _id: id } }, body]);
        const { errors } = await client.bulk({ operations, refresh: searchable });
        expect(errors).toBe(false);
      },
    };
  }

  indexedDocumentsContract(subject);

  test('of an index that is closed are not called missing', async () => {
    const { documents, cluster, put } = subject();
    const index = `logs-kubernetes.audit_logs-${cluster}-2026.11.21`;
    await put([{ index, id: 'a', body: '{}' }]);
    await client.indices.close({ index });
    await expect(documents.present([{ index, id: 'a' }])).rejects.toThrow(Stopped);
  });

  test.each([
    ['JSON with a comment', 'application/json', '{/* "}},{"found":true */ "a": 1}'],
    ['YAML', 'application/yaml', '{a: 1}'],
    ['YAML whose comment ends the answer', 'application/yaml', '{} #}]}'],
  ])('that are %s are there without their content, and hide no other', async (_, type, source) => {
    const { documents, cluster, put } = subject();
    const index = `logs-kubernetes.audit_logs-${cluster}-2026.11.21`;
    await put(['a', 'b'].map((id) => ({ index, id, body: `{"is":"${id}"}` })));
    const request = { method: 'PUT', headers: { 'content-type': type }, body: source };
    expect(await fetch(`${url}/${index}/_create/odd`, request)).toMatchObject({ status: 201 });
    const places = ['a', 'odd', 'b'].map((id) => ({ index, id, bytes: 20 }));
    const found: unknown[] = [];
    for await (const some of documents.contents(places)) found.push(...some);
    expect(found).toEqual([
      { index, id: 'a', source: '{"is":"a"}' },
      { index, id: 'odd', source: undefined },
      { index, id: 'b', source: '{"is":"b"}' },
    ]);
  });
});
