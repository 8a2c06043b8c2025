import { expect, test } from 'vitest';
import { CURRENT, OLD, site } from './site.ts';

/** As who packs a file leaves it. */
function pack({ folder }: ReturnType<typeof site>, name: string): void {
  folder.create(`${name}.gz`, folder.text(name), true);
  folder.remove(name);
}

test('a file that was read whole is not said to be lost once it was packed and removed', async () => {
  const log = site();
  const { folder, goOn, up } = log;
  folder.create(CURRENT, 'one\n');
  await goOn();
  folder.rename(CURRENT, OLD);
  folder.create(CURRENT, 'two\n');
  await goOn();
  // Somebody puts a file back that is waited with.
  up(false);
  folder.create(OLD.replace('T11', 'T10'), 'older\n');
  await goOn();
  pack(log, OLD);
  await goOn();
  folder.remove(`${OLD}.gz`);
  expect((await goOn()).told).toEqual([]);
});

test('a file that was empty at first is known once it is packed, though nothing of it was passed on', async () => {
  const log = site();
  const { folder, goOn, up, restart } = log;
  folder.create(CURRENT);
  await goOn();
  up(false);
  folder.append(CURRENT, 'one\n');
  await goOn();
  folder.rename(CURRENT, OLD);
  pack(log, OLD);
  folder.create(CURRENT, 'two\n');
  restart();
  up(true);
  expect(await goOn()).toMatchObject({ lines: ['one', 'two'], told: [], last: 'caught up' });
});
