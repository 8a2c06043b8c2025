import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { openLines, readEvent, until } from '../../../../bin/operate/policy/input.ts';

test('an event is read from standard input', async () => {
  const parts = ['{"kind":', '"Event","apiVersion":"audit.k8s.io/v1"}\n'];
  expect(await readEvent('-', Readable.from(parts))).toEqual({ kind: 'Event', apiVersion: 'audit.k8s.io/v1' });
});

test('another object is no event', async () => {
  await expect(readEvent('-', Readable.from(['{"kind":"Pod"}']))).rejects.toThrow(
    'which is none: it has no "kind":"Event"',
  );
});

test('several events are one too many', async () => {
  await expect(readEvent('-', Readable.from(['{}\n{}\n']))).rejects.toThrow('found 2 events');
});

test('lines are read from standard input, whatever ends them', async () => {
  expect(await Array.fromAsync(await openLines('-', Readable.from(['a\r\nb\n', '\nc'])))).toEqual(['a', 'b', '', 'c']);
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
