import { appendFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { DiskFolder } from '../../../../bin/operate/follow/disk.ts';
import { type FollowEvent, Follower } from '../../../../bin/operate/follow/follower.ts';
import { namesOf } from '../../../../bin/operate/follow/names.ts';
import { NOTHING } from '../../../../bin/operate/follow/place.ts';
import { AT_THE_BEGINNING, type Position } from '../../../../bin/operate/follow/position.ts';
import { newFolder } from '../../../support/folder.ts';

/** Follows a log on the disk until it has caught up; `later`: milliseconds by which its clock is ahead. */
function site() {
  const [folder, scratch] = [newFolder(), newFolder()];
  const taken: string[] = [];
  const told: FollowEvent[] = [];
  let durable: Position = AT_THE_BEGINNING;
  const catchUp = async (later = 60_000) => {
    const disk = new DiskFolder(folder, scratch);
    const follower = new Follower(
      {
        folder: disk,
        names: namesOf('kube-audit.log'),
        clock: { now: () => Date.now() + later },
        tell: (event) => told.push(event),
        store: {
          save: async (position) => {
            durable = JSON.parse(JSON.stringify(position));
          },
        },
        taker: {
          take: async ({ lines }) => {
            taken.push(...lines.map(({ text }) => text));
            return { sums: NOTHING, time: null };
          },
        },
      },
      durable,
    );
    for (let quiet = 0; quiet < 3; ) quiet = (await follower.step()) === 'passed' ? 0 : quiet + 1;
    await disk.close();
    return taken.splice(0);
  };
  const file = (name: string) => join(folder, name);
  return { file, scratch, told, catchUp };
}

const CURRENT = 'kube-audit.log';

test('a packed file is read as its text, and on from its middle where that was read before', async () => {
  const { file, scratch, catchUp } = site();
  writeFileSync(file(CURRENT), 'one\ntwo\n');
  expect(await catchUp()).toEqual(['one', 'two']);
  appendFileSync(file(CURRENT), 'three\n');
  writeFileSync(file(`${CURRENT}.1.gz`), gzipSync('one\ntwo\nthree\n'));
  writeFileSync(file('new'), 'four\n');
  renameSync(file('new'), file(CURRENT));
  expect(await catchUp()).toEqual(['three', 'four']);
  expect(await catchUp()).toEqual([]);
  expect(readdirSync(scratch)).toEqual([]);
});

test('of a packed file that breaks off all is read that can be, and that is said', async () => {
  const { file, told, catchUp } = site();
  const packed = gzipSync(Buffer.from(Array.from({ length: 5000 }, (_, at) => `line ${at * 7919}\n`).join('')));
  writeFileSync(file(`${CURRENT}.1.gz`), packed.subarray(0, packed.length / 2));
  const lines = await catchUp();
  expect(lines.length).toBeGreaterThan(100);
  expect(told).toMatchObject([{ kind: 'damaged', name: `${CURRENT}.1.gz`, why: 'unexpected end of file' }]);
  expect(await catchUp()).toEqual([]);
});

test('a packed file that breaks off is read on once it is longer', async () => {
  const { file, told, catchUp } = site();
  const text = Array.from({ length: 5000 }, (_, at) => `line ${at * 7919}\n`).join('');
  const packed = gzipSync(text);
  writeFileSync(file(`${CURRENT}.1.gz`), packed.subarray(0, packed.length / 2));
  const lines = await catchUp();
  appendFileSync(file(`${CURRENT}.1.gz`), packed.subarray(packed.length / 2));
  const more = await catchUp();
  // The line at which it broke off comes in two.
  expect([...lines, ...more].join('')).toBe(text.replaceAll('\n', ''));
  expect(told).toHaveLength(1);
});

test('a last line without its newline is waited for, and taken as it is once its file was rotated away', async () => {
  const { file, catchUp } = site();
  writeFileSync(file(CURRENT), 'one\nha');
  expect(await catchUp()).toEqual(['one']);
  appendFileSync(file(CURRENT), 'lf\nanother ha');
  expect(await catchUp()).toEqual(['half']);
  renameSync(file(CURRENT), file('kube-audit-2026-11-21T23-10-00.123.log'));
  expect(await catchUp(0)).toEqual([]);
  expect(await catchUp()).toEqual(['another ha']);
});

test('the hole that a truncated file gets from a writer that does not append is no line', async () => {
  const { file, catchUp } = site();
  writeFileSync(file(CURRENT), Buffer.concat([Buffer.alloc(3_000_000), Buffer.from('one\n')]));
  expect(await catchUp()).toEqual(['one']);
});

test('invalid text and a byte order mark hold nothing up', async () => {
  const { file, catchUp } = site();
  writeFileSync(file(CURRENT), '\uFEFFone\n');
  expect(await catchUp()).toEqual(['one']);
  appendFileSync(file(CURRENT), '\uFEFFtwo\r\n');
  expect(await catchUp()).toEqual(['\uFEFFtwo']);
  appendFileSync(file(CURRENT), Buffer.from([0xff, 0xfe, 0x0a, 0x0a, 0x20, 0x0a]));
  expect(await catchUp()).toEqual(['\uFFFD\uFFFD']);
  expect(await catchUp()).toEqual([]);
});

test('a line longer than can be held is cut, and what follows it is read', async () => {
  const { file, catchUp } = site();
  writeFileSync(file(CURRENT), `${'x'.repeat(17 * 1024 * 1024)}\none\n`);
  const [long = '', ...more] = await catchUp();
  expect([long.length, more]).toEqual([1024 * 1024, ['one']]);
});
