import { expect, test } from 'vitest';
import { linesOfBatch } from '../../../../bin/operate/receive/batch.ts';

const list = (items: string) => `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":${items}}`;
const linesOf = async (body: string) => (await linesOfBatch(Buffer.from(body)))?.toString();

test('each event is the line that the API server would write of it, with every byte of its own', async () => {
  expect(await linesOf(list('[{"level":"Metadata","x":1.50,"y":"\\u0041\\n"},{"level":"Request"}]'))).toBe(
    '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","x":1.50,"y":"\\u0041\\n"}\n' +
      '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request"}\n',
  );
});

test('an event that somebody wrote in several lines is one', async () => {
  expect(await linesOf(list('[{\n  "level":\r\n "Metadata"\n}]'))).toBe(
    '{"kind":"Event","apiVersion":"audit.k8s.io/v1",   "level":  "Metadata" }\n',
  );
});

test('of a list that breaks off the rest is one line', async () => {
  expect(await linesOf(list('[{"level":"Metadata"},{"level":"Req').slice(0, -1))).toBe(
    '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata"}\n,{"level":"Req\n',
  );
});

test('an empty list is one, and anything else is none', async () => {
  expect(await linesOf(list('[]'))).toBe('');
  expect(await linesOf('{"kind":"Event"}')).toBe(undefined);
  expect(await linesOf('')).toBe(undefined);
});

test.each([
  ['items under another name', '{"kind":"EventList","Items":[{"level":"Metadata"}]}'],
  ['items that are no list', list('{"level":"Metadata"}')],
  ['a list in a list', '{"kind":"EventList","list":{"items":[{"level":"Metadata"}]}}'],
])('nothing of a batch gets lost: %s are one line, to be parked', async (_, body) => {
  expect(await linesOf(body)).toBe(`${body}\n`);
});

test('nothing of a batch gets lost: neither what stands behind it nor where it was cut', async () => {
  const line = '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata"}\n';
  expect(await linesOf(`${list('[{"level":"Metadata"}]')} {"x":1}`)).toBe(`${line}]} {"x":1}\n`);
  expect(await linesOf(list('[{"level":"Metadata"}').slice(0, -1))).toBe(line);
  expect(await linesOf(list('[{"level":"Metadata"}],"more":{"level":"Request"}'))).toBe(
    `${line}],"more":{"level":"Request"}}\n`,
  );
});
