import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { openLines, readEvent } from '../../../../bin/operate/policy/input.ts';

test('an event is read from standard input', async () => {
  expect(await readEvent('-', Readable.from(['{"kind":', '"Event"}\n']))).toEqual({ kind: 'Event' });
});

test('several events are one too many', async () => {
  await expect(readEvent('-', Readable.from(['{}\n{}\n']))).rejects.toThrow('found 2 events');
});

test('lines are read from standard input, whatever ends them', async () => {
  expect(await Array.fromAsync(await openLines('-', Readable.from(['a\r\nb\n', '\nc'])))).toEqual(['a', 'b', '', 'c']);
});
