import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { openLines, readEvent, until } from '../../../../bin/operate/policy/input.ts';
import { lines } from '../../../support/builders.ts';
import { newFolder } from '../../../support/folder.ts';
import { ARCHIVES } from '../intake/archives.ts';

test('an event is read from standard input', async () => {
  const parts = ['{"kind":', '"Event","apiVersion":"audit.k8s.io/v1"}\n'];
  expect(await readEvent('-', Readable.from(parts))).toEqual({ kind: 'Event', apiVersion: 'audit.k8s.io/v1' });
});

test.each([
  ['', 'nothing'],
  ['{"kind":"Pod"}', 'an object that is none: it has no "kind":"Event"'],
  ['{"kind":"EventList","items":[]}', 'an EventList: pass one of its items'],
  ['[{"kind":"Event"}]', 'a list: pass one of its events'],
  ['"text"', 'JSON that is no object'],
  ['apiVersion: v1', 'a text that is no JSON'],
])('%j is no event, and told what it is', async (content, found) => {
  await expect(readEvent('-', Readable.from([content]))).rejects.toThrow(`found ${found}`);
});

test.each(['AKIAEXAMPLE', '{"password":"AKIAEXAMPLE"}', '"AKIAEXAMPLE"', '["AKIAEXAMPLE"]', '{"a":"AKIAEXAMPLE"}\n{}'])(
  'of a wrong file (%j) nothing is shown: it may be a secret',
  async (content) => {
    await expect(readEvent('-', Readable.from([content]))).rejects.toThrow(/^(?!.*AKIAEXAMPLE)/s);
  },
);

test('several events are one too many', async () => {
  await expect(readEvent('-', Readable.from(['{}\n{}\n']))).rejects.toThrow('found 2 events');
});

test('lines are read from standard input, whatever ends them', async () => {
  expect(await Array.fromAsync(await openLines('-', Readable.from(['a\r\nb\n', '\nc'])))).toEqual(['a', 'b', 'c']);
});

test('a signal ends the lines, also where none comes any more', async () => {
  const controller = new AbortController();
  const open = new Readable({ read: () => {} });
  open.push('a\nb\n');
  const seen: string[] = [];
  for await (const line of until(controller.signal, await openLines('-', open))) {
    seen.push(line);
    if (seen.length === 2) setImmediate(() => controller.abort());
  }
  expect(seen).toEqual(['a', 'b']);
  expect(await Array.fromAsync(until(controller.signal, await openLines('-', open)))).toEqual([]);
});

test('without a signal all lines come', async () => {
  const { signal } = new AbortController();
  expect(await Array.fromAsync(until(signal, await openLines('-', Readable.from(['a\nb']))))).toEqual(['a', 'b']);
});

test.each(Object.entries(ARCHIVES))('lines are read from %s, too', async (name, archive) => {
  const path = join(newFolder(), basename(name));
  writeFileSync(path, archive(lines(3)));
  expect(await Array.fromAsync(await openLines(path))).toEqual(lines(3).map(({ message }) => message));
});

test('a log that is cut is told, behind the lines that are there', async () => {
  const path = join(newFolder(), 'a.log.gz');
  writeFileSync(path, gzipSync('a\nb\nc').subarray(0, -6));
  const seen: string[] = [];
  await expect(async () => {
    for await (const line of await openLines(path)) seen.push(line);
  }).rejects.toThrow('not read to its end. What is packed is cut or broken there');
  expect(seen).toEqual(['a', 'b']);
});
