import { expect, test } from 'vitest';
import type { JsonObject } from '../../../../lambda/core/json.ts';
import { aboutUser } from '../../../../review/query/questions/user.ts';
import { NOON } from '../../../support/builders.ts';
import { ListedSearch } from '../../../support/fakes/search.ts';
import { FORBIDDEN, stored } from '../history.ts';

const sentence = async (event: JsonObject) =>
  (await aboutUser(new ListedSearch(stored(event)), { name: 'user', about: 'ana' }, { now: NOON, policies: [] }))
    .sentence;

test('whoever was refused last is told to have been', async () => {
  expect(await sentence({ verb: 'get', ...FORBIDDEN })).toMatch(/allow-web \(refused, 403\)\.$/);
  expect(await sentence({ verb: 'get' })).toMatch(/allow-web\.$/);
});

test('a watch that has ended is one of the latest, and one that goes on too', async () => {
  const watch = { verb: 'watch', auditID: 'one', requestURI: '/api/v1/secrets?watch=true' };
  const events = stored(
    { ...watch, stage: 'ResponseStarted' },
    { ...watch, stage: 'ResponseComplete' },
    { ...watch, auditID: 'two', stage: 'ResponseStarted' },
  );
  const options = { now: NOON, policies: [] };
  const { tables, legend } = await aboutUser(new ListedSearch(events), { name: 'user', about: 'ana' }, options);
  expect(tables.find(({ title }) => title === 'The latest')?.rows).toHaveLength(2);
  expect(legend).toContain('Requests are counted, not events');
});
