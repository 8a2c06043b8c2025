import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readEvents } from '../../../../bin/operate/try/events.ts';
import { event } from '../../../support/builders.ts';
import { newFolder } from '../../../support/folder.ts';

function file(content: string | Buffer): string {
  const path = join(newFolder(), 'audit.log');
  writeFileSync(path, content);
  return path;
}

const LINE = JSON.stringify(event());

test('the lines of an audit log are read, whatever ends them, and what is no event among them', () => {
  expect(readEvents(file(`${LINE}\r\n\n{"cut off\n`))).toEqual([LINE, '{"cut off']);
});

test('a byte order mark is no part of the first line', () => {
  expect(readEvents(file(`\uFEFF${LINE}\n`))).toEqual([LINE]);
});

test.each([
  ['an empty file', '', 'found no line.'],
  ['a text', 'one\ntwo\n', 'found 2 lines that hold none.'],
  ['a compressed log', gzipSync(`${LINE}\n`), 'It is compressed: gunzip -c '],
  ['UTF-16', Buffer.from(`\uFEFF${LINE}\n`, 'utf16le'), 'It is UTF-16: iconv -f UTF-16 -t UTF-8 '],
  ['a binary', Buffer.from([1, 0, 2, 0]), 'found 1 line that holds none. It is no text.'],
  ['a JSON array', `[${LINE}]`, "jq -c '.[]' "],
  ['an EventList', JSON.stringify({ kind: 'EventList', items: [event()] }), "jq -c '.items[]' "],
  ['an event over several lines', JSON.stringify(event(), null, 2), "jq -c '.' "],
  ['several such events', `${JSON.stringify(event(), null, 2)}\n`.repeat(2), "jq -c '.' "],
])('%s is refused with what to do', (_, content, sentence) => {
  const path = file(content);
  expect(() => readEvents(path)).toThrow(`--events ${path}: expected one audit event a line, found `);
  expect(() => readEvents(path)).toThrow(sentence);
});

test('what is no file is refused', () => {
  const folder = newFolder();
  expect(() => readEvents(folder)).toThrow('but it is a folder.');
  expect(() => readEvents(join(folder, 'nothing'))).toThrow('but there is no such file.');
});
