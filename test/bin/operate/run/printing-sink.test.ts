import { expect, test } from 'vitest';
import { PrintingSink } from '../../../../bin/operate/run/printing-sink.ts';
import { item } from '../../../support/builders.ts';

function printing() {
  const printed: string[] = [];
  const sink = new PrintingSink(async (lines) => void printed.push(lines));
  return { sink, text: () => printed.join('') };
}

test('a document is printed as a search shows it, one a line, and is confirmed in its index', async () => {
  const { sink, text } = printing();
  const two = [item({ id: 'one', body: '{"n":1}' }), item({ id: 'two', index: 'another', body: '{"n":2}' })];
  const answer = await sink.bulk(two);
  const lines = text().split('\n');
  expect(lines.map((line) => (line === '' ? undefined : JSON.parse(line)))).toEqual([
    { _index: item().index, _id: 'one', _source: { n: 1 } },
    { _index: 'another', _id: 'two', _source: { n: 2 } },
    undefined,
  ]);
  expect(answer).toMatchObject({ kind: 'items', items: two.map(({ index }) => ({ status: 201, index })) });
});

test('a document is printed once, and was there already the second time', async () => {
  const { sink, text } = printing();
  await sink.bulk([item({ id: 'one' })]);
  const before = text();
  expect(await sink.bulk([item({ id: 'one' })])).toMatchObject({ items: [{ status: 409, index: item().index }] });
  expect(text()).toBe(before);
});

test('documents of one id in two indices are two', async () => {
  const { sink, text } = printing();
  await sink.bulk([item({ index: 'one' }), item({ index: 'two' })]);
  expect(text().trimEnd().split('\n')).toHaveLength(2);
});
