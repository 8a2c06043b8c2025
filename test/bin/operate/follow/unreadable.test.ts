import { expect, test } from 'vitest';
import { CURRENT, OLD, site } from './site.ts';

test.each(['EACCES', 'EIO'] as const)(
  'a rotated file with %s holds up no other, and is read once it can be',
  async (fault) => {
    const { folder, faults, goOn } = site();
    folder.create(OLD, 'old\n');
    folder.create(CURRENT, 'new\n');
    faults.set(OLD, fault);
    const why = `${fault}: not now`;
    expect(await goOn()).toEqual({
      lines: ['new'],
      told: [{ kind: 'unreadable', name: OLD, why }],
      last: 'again',
      unreadable: [expect.objectContaining({ name: OLD, why })],
    });
    folder.append(CURRENT, 'newer\n');
    expect(await goOn()).toMatchObject({ lines: ['newer'], told: [] });
    faults.clear();
    expect(await goOn()).toMatchObject({
      lines: ['old'],
      told: [{ kind: 'readable', name: OLD }],
      last: 'caught up',
      unreadable: [],
    });
  },
);

test.each(['EACCES', 'EIO'] as const)(
  'the newest file goes on where it was, whatever became of it under %s',
  async (fault) => {
    const { folder, faults, goOn, restart } = site();
    folder.create(CURRENT, 'one\n');
    expect(await goOn()).toMatchObject({ lines: ['one'], told: [] });
    faults.set(CURRENT, fault);
    folder.append(CURRENT, 'two\n');
    expect(await goOn()).toMatchObject({ lines: [], told: [{ kind: 'unreadable', name: CURRENT }], last: 'again' });
    restart();
    folder.rename(CURRENT, OLD);
    faults.set(OLD, fault);
    faults.delete(CURRENT);
    folder.create(CURRENT, 'three\n');
    expect(await goOn()).toMatchObject({ lines: ['three'], told: [{ kind: 'unreadable', name: OLD }], last: 'again' });
    faults.clear();
    expect(await goOn()).toMatchObject({ lines: ['two'], told: [{ kind: 'readable', name: OLD }], last: 'caught up' });
  },
);

test('a file that goes while nobody can read it is said to be lost, and is unreadable no more', async () => {
  const { folder, faults, goOn } = site();
  folder.create(OLD, 'old\n');
  folder.create(CURRENT, 'new\n');
  faults.set(OLD, 'EACCES');
  await goOn();
  folder.remove(OLD);
  expect(await goOn()).toEqual({
    lines: [],
    told: [{ kind: 'removed', name: OLD, bytes: 4 }],
    last: 'caught up',
    unreadable: [],
  });
});

test('a file that is made anew under the number of one that nobody can read is read from its begin', async () => {
  const { folder, faults, goOn } = site();
  folder.create(CURRENT, 'one\n');
  await goOn();
  faults.set(CURRENT, 'EACCES');
  folder.remove(CURRENT);
  folder.create(CURRENT, 'another\n');
  await goOn();
  faults.clear();
  expect((await goOn()).lines).toEqual(['another']);
});
