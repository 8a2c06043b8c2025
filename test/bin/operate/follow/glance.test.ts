import { expect, test } from 'vitest';
import { CURRENT, OLD, site } from './site.ts';

const NEXT = OLD.replace('T11', 'T12');

test('what comes and goes while Elasticsearch is away is known, and said at once', async () => {
  const { folder, beginToWait, goOn } = site();
  folder.create(CURRENT, 'one\n');
  const { glances, end } = await beginToWait();
  folder.rename(CURRENT, OLD);
  folder.create(CURRENT, 'two\n');
  expect(await glances()).toEqual({ told: [], unread: 8 });
  folder.rename(CURRENT, NEXT);
  folder.create(CURRENT, 'three\n');
  folder.remove(NEXT);
  expect(await glances()).toEqual({ told: [{ kind: 'removed', name: CURRENT, bytes: 4 }], unread: 10 });
  expect(await end()).toBe('passed');
  expect(await goOn()).toMatchObject({ lines: ['one', 'three'], told: [], last: 'caught up' });
});

test('of a file that goes while its lines are on their way nothing is said that is not so', async () => {
  const { folder, beginToWait, goOn } = site();
  folder.create(CURRENT, 'one\n');
  const { glances, end } = await beginToWait();
  folder.rename(CURRENT, OLD);
  folder.create(CURRENT, 'two\n');
  await glances();
  folder.remove(OLD);
  expect(await glances()).toMatchObject({ told: [] });
  expect(await end()).toBe('passed');
  expect(await goOn()).toMatchObject({ lines: ['one', 'two'], told: [], last: 'caught up' });
});
