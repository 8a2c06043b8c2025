import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openState, type StateOptions } from '../../../../bin/operate/try/state.ts';
import { startDynamoDB } from '../../../../local/dynamodb.ts';
import { newFolder } from '../../../support/folder.ts';

const ONE = 'http://one.example:9200';

const open = (folder: string, options: Partial<StateOptions> = {}) =>
  openState({ folder, fresh: false, elasticsearch: null, ...options });

test('a state keeps its cluster and what was fed', async () => {
  const folder = newFolder();
  const first = await open(folder);
  first.rememberFed(['a', 'b']);
  const second = await open(folder);
  expect(second.cluster).toBe(first.cluster);
  expect([second.hasFed(['a', 'b']), second.hasFed(['a'])]).toEqual([true, false]);
});

test('a server is kept from the first document on, and another one refused', async () => {
  const folder = newFolder();
  await open(folder, { elasticsearch: 'http://wrong.example:9200' });
  (await open(folder, { elasticsearch: ONE })).rememberServer(ONE);
  expect((await open(folder, { elasticsearch: ONE })).hasDocuments).toBe(true);
  await expect(open(folder)).rejects.toThrow(`its documents are in ${ONE}, and ELASTICSEARCH_URL is not set.`);
});

test('a server that took no document is forgotten', async () => {
  const folder = newFolder();
  const state = await open(folder, { elasticsearch: ONE });
  state.rememberServer(ONE);
  state.forgetServer();
  expect((await open(folder)).hasDocuments).toBe(false);
});

test('begun anew, nothing is left', async () => {
  const folder = newFolder();
  const before = await open(folder);
  writeFileSync(before.path('something'), '');
  expect((await open(folder, { fresh: true })).cluster).not.toBe(before.cluster);
  expect(existsSync(join(folder, 'something'))).toBe(false);
});

test.each([[true], [false]])('a folder that another start uses stays as it is, fresh: %s', async (fresh) => {
  const folder = newFolder();
  const state = await open(folder);
  const table = await startDynamoDB({ directory: state.path('dynamodb') });
  onTestFinished(() => table.close());
  // dynalite opens its folder with the first request.
  await fetch(table.endpoint, { method: 'POST', headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables' } });
  const before = readFileSync(join(folder, 'state.json'), 'utf8');
  await expect(open(folder, { fresh })).rejects.toThrow(/another process uses it: end that one first/);
  expect(readFileSync(join(folder, 'state.json'), 'utf8')).toBe(before);
});

test('a folder of somebody’s own is not removed', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'mine'), 'text');
  await expect(open(folder, { fresh: true })).rejects.toThrow('nothing was removed');
  expect(readFileSync(join(folder, 'mine'), 'utf8')).toBe('text');
});

test.each([[true], [false]])('a file in place of the folder is refused and kept, fresh: %s', async (fresh) => {
  const file = join(newFolder(), 'file');
  writeFileSync(file, 'text');
  await expect(open(file, { fresh })).rejects.toThrow(/expected a folder that can be written, but it is a file/);
  await expect(open(join(file, 'below'), { fresh })).rejects.toThrow(/but it is a file/);
  expect(readFileSync(file, 'utf8')).toBe('text');
});

test('a state that is none of ours is refused', async () => {
  const folder = newFolder();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'state.json'), '{}');
  await expect(open(folder)).rejects.toThrow('not a state that this version knows. Begin anew with --fresh.');
});
