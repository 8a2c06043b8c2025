import { expect, test } from 'vitest';
import { linesOf as linesOfFile } from '../../../../bin/operate/intake/lines.ts';
import { linesOfBatch } from '../../../../bin/operate/receive/batch.ts';

const list = (items: string) => `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":${items}}`;
const HEADER = '{"kind":"Event","apiVersion":"audit.k8s.io/v1",';

/** As the network gives it: in chunks that end anywhere. */
function chunksOf(body: string, size: number): readonly Buffer[] {
  const bytes = Buffer.from(body);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}

async function piecesOf(body: string, size = 1_000_000): Promise<readonly Buffer[] | undefined> {
  const lines = linesOfBatch(chunksOf(body, size));
  return lines === undefined ? undefined : Array.fromAsync(lines);
}

async function linesOf(body: string): Promise<string | undefined> {
  const [whole, inChunks] = [await piecesOf(body), await piecesOf(body, 7)].map((pieces) => pieces?.join(''));
  expect(inChunks).toBe(whole);
  return whole;
}

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

test('what a list says of itself is found wherever it stands', async () => {
  const event = '{"level":"Metadata"}';
  const [kind, old] = ['"kind":"EventList"', '"apiVersion":"audit.k8s.io/v1beta1"'];
  const line = '{"kind":"Event","apiVersion":"audit.k8s.io/v1beta1","level":"Metadata"}\n';
  expect(await linesOf(`{${kind},"items":[${event}],"metadata":{},${old}}`)).toBe(line);
  expect(await linesOf(`{${old},"items":[${event}],${kind}}`)).toBe(line);
  expect(await linesOf(`{"metadata":{"continue":"${'x'.repeat(10_000)}"},${kind},${old},"items":[${event}]}`)).toBe(
    line,
  );
});

test('a list of other events, and what holds a list of events, is none', async () => {
  expect(await linesOf('{"kind":"EventList","apiVersion":"v1","items":[{"reason":"Killing"}]}')).toBe(undefined);
  expect(await linesOf('{"kind":"Status","details":{"kind":"EventList"},"items":[{}]}')).toBe(undefined);
});

test('an event that is longer than a line of a log may be is the beginning that is kept of such a line', async () => {
  const event = `"level":"Request","requestURI":"/${'ж'.repeat(9_000_000)}"}`;
  const lines = await Array.fromAsync(linesOfFile(toAsync(chunksOf(`${HEADER}${event}\n`, 1_000_000))));
  const [[fromFile] = []] = lines;
  const pieces = (await piecesOf(list(`[{${event}]`))) ?? [];
  const [[fromBatch] = []] = await Array.fromAsync(linesOfFile(toAsync(pieces)));
  expect(fromFile?.isCut).toBe(true);
  expect(fromBatch?.text).toBe(fromFile?.text);
});

test('a batch of any size becomes pieces of whole lines, so that memory need not hold all', async () => {
  const pieces =
    (await piecesOf(list(`[${Array.from({ length: 100_000 }, () => '{"a":1}').join(',')}]`), 10_000)) ?? [];
  expect(pieces.join('')).toBe(`${HEADER}"a":1}\n`.repeat(100_000));
  expect(pieces.length).toBe(6);
  expect(pieces.map((piece) => piece.at(-1))).toEqual(pieces.map(() => 0x0a));
});

async function* toAsync(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}
