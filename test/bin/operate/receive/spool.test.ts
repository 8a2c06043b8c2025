import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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
  expect(segments()).toEqual(['one\n', 'three\n']);
  await spool.close();
});

test('half a line, in which an earlier process was killed, is taken away: its batch comes again', async () => {
  const { folder, open } = site();
  mkdirSync(folder, { recursive: true });
  const file = (number: number) => join(folder, `segment-00000000000${number}.log`);
  const put = (number: number, text: string) => writeFileSync(file(number), text);
  put(1, 'one\ntwo\n');
  put(2, `three\n{"kind":"Event${'x'.repeat(2_000_000)}`);
  const spool = await open();
  expect([spool.size, readFileSync(file(1), 'utf8'), readFileSync(file(2), 'utf8')]).toEqual([
    14,
    'one\ntwo\n',
    'three\n',
  ]);
  await spool.close();
  put(2, 'half');
  expect((await open()).size).toBe(8);
  put(2, 'whole\n');
  expect((await open()).size).toBe(14);
});

test('a spool that is full lets go of its newest segment, too, also one of an earlier process', async () => {
  const { folder, open, segments } = site({ most: 10 });
  const spool = await open();
  await spool.append(line('12345678'));
  await expect(spool.append(line('12'))).rejects.toThrow(Full);
  await expect(spool.room(2)).rejects.toThrow(Full);
  expect(segments()).toEqual(['12345678\n', '']);
  await spool.close();
  rmSync(join(folder, 'segment-000000000002.log'));
  const next = await open();
  await expect(next.room(2)).rejects.toThrow(Full);
  expect(segments()).toEqual(['12345678\n', '']);
  next.removed('segment-000000000001.log');
  await next.room(2);
  await next.close();
});

test('a folder that is there is closed to others', async () => {
  const { folder, open } = site();
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  await (await open()).close();
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});
