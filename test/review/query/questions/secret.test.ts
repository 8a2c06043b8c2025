import { expect, test } from 'vitest';
import { aboutSecret } from '../../../../review/query/questions/secret.ts';
import { NOON } from '../../../support/builders.ts';

test('a watch of a secret counts once, though its beginning and its end are both recorded', async () => {
  const bucket = {
    key: 'ana',
    doc_count: 6,
    last: { value: NOON },
    refused: { doc_count: 0 },
    // One of them is not over yet.
    begun: { doc_count: 3 },
    ended: { doc_count: 2 },
  };
  const search = {
    search: async (body: object) => ({
      aggregations: { users: { buckets: JSON.stringify(body).includes('"db"') ? [bucket] : [] } },
    }),
    open: async () => 'pit',
    close: async () => {},
  };
  const { sentence, found, tables } = await aboutSecret(
    search,
    { name: 'secret', about: 'db' },
    { now: NOON, policies: [] },
  );
  expect(sentence).toContain('4 times');
  expect(found).toBe(4);
  expect(tables[0]?.rows[0]?.cells).toContain('4');
});
