import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Full, Spool, type SpoolOptions } from '../../../../bin/operate/receive/spool.ts';
import { newFolder } from '../../../support/folder.ts';

function site(options: Partial<SpoolOptions> = {}) {
  const folder = join(newFolder(), 'spool');
  const open = () => Spool.open({ folder, most: 1000, ...options });
  const segments = () => readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  return { folder, open, segments };
}

const line = (text: string) => Buffer.from(`${text}\n`);

test('what comes at the same time is all there when it is done, in its order', async () => {
  const { open, segments } = site();
  const spool = await open();
  const all = Array.from({ length: 50 }, (_, at) => `line ${at}`);
  await Promise.all(all.map((text) => spool.append(line(text))));
  expect(segments()).toEqual([all.map((text) => `${text}\n`).join('')]);
  await spool.close();
});

test('a full segment is followed by the next, and so is one of an earlier process', async () => {
  const { open, segments } = site({ segment: 10 });
  const spool = await open();
  for (const text of ['one', 'two two', 'three']) await spool.append(line(text));
  await spool.close();
  const next = await open();
  await next.append(line('four'));
  await next.turn();
  await next.turn();
  expect(segments()).toEqual(['one\ntwo two\n', 'three\n', 'four\n', '']);
  expect(next.size).toBe(23);
  await next.close();
});

test('no more is taken than there may be, until some of it was removed', async () => {
  const { open, segments } = site({ most: 10 });
  const spool = await open();
  await spool.append(line('12345678'));
  await expect(spool.append(line('12'))).rejects.toThrow(Full);
  spool.removed('segment-000000000001.log');
  await spool.append(line('12'));
  expect(segments().join('')).toBe('12345678\n12\n');
  await spool.close();
});

test('on a disk that is nearly full room is left to note what was passed on', async () => {
  let free = 9_000_000;
  const { open, segments } = site({ free: async () => free });
  const spool = await open();
  await spool.append(line('one'));
  free = 8_000_000;
  await expect(spool.append(line('two'))).rejects.toThrow(/is full: 8000000 bytes are free\.$/);
  free = 9_000_000;
  await spool.append(line('three'));
  expect(segments()).toEqual(['one\nthree\n']);
  await spool.close();
});

test('a folder that is there is closed to others', async () => {
  const { folder, open } = site();
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  await (await open()).close();
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});
