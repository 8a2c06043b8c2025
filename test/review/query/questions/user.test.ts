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
