import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder, readIfThere, writeDurably } from '../../../../bin/operate/intake/state-file.ts';
import { newFolder } from '../../../support/folder.ts';

test('a file is written whole, over the one before, and for its owner alone', async () => {
  const folder = newFolder();
  const path = join(folder, 'state.json');
  await writeDurably(path, 'a much longer text');
  await writeDurably(path, 'short');
  expect(readFileSync(path, 'utf8')).toBe('short');
  expect(readdirSync(folder)).toEqual(['state.json']);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('what a writer that was ended left behind is written over', async () => {
  const path = join(newFolder(), 'state.json');
  writeFileSync(`${path}.new`, 'half of something long');
  await writeDurably(path, 'whole');
  expect(await readIfThere(path)).toBe('whole');
});

test('a file that is not there is nothing, and one that can not be read is no such file', async () => {
  const folder = newFolder();
  expect(await readIfThere(join(folder, 'none'))).toBeUndefined();
  await expect(readIfThere(folder)).rejects.toThrow('EISDIR');
});

test('a folder is made with those above it, and each name is on disk before anything is written there', async () => {
  const folder = newFolder();
  const [above, below] = [join(folder, 'a'), join(folder, 'a', 'b')];
  const synced: string[] = [];
  const sync = async (path: string) => void synced.push(path);
  await makeFolder(below, sync);
  expect(synced).toEqual([folder, above]);
  expect([above, below].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o700]);
  await makeFolder(below, sync);
  expect(synced).toEqual([folder, above]);
});

test('where no folder can be made it says why, also where the system is at odds with itself', async () => {
  const file = join(newFolder(), 'file');
  writeFileSync(file, '');
  await expect(makeFolder(file)).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolder(join(file, 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  await expect(makeFolder('/proc/no-such-folder/below')).rejects.toMatchObject({ code: 'ENOENT' });
});

test('two may make the same folder at a time', async () => {
  const path = join(newFolder(), 'one', 'two');
  await Promise.all([makeFolder(path), makeFolder(path)]);
  expect(statSync(path).isDirectory()).toBe(true);
});
