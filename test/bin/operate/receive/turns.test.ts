import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Turns } from '../../../../bin/operate/receive/turns.ts';

/** Work that ends when the test says so. */
function site(most: number) {
  const turns = new Turns(most);
  const begun: string[] = [];
  const work = (name: string, weight: number) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const done = turns.take(weight, () => {
      begun.push(name);
      return promise;
    });
    return { done, end: resolve, fail: reject };
  };
  return { begun, work };
}

test('so much is done at a time, and the rest in the order in which it came', async () => {
  const { begun, work } = site(10);
  const [first] = [work('first', 6), work('second', 4), work('third', 5), work('fourth', 1)];
  await setImmediate();
  expect(begun).toEqual(['first', 'second']);
  first.end();
  await setImmediate();
  expect(begun).toEqual(['first', 'second', 'third', 'fourth']);
});

test('what is heavier than all together is done alone', async () => {
  const { begun, work } = site(10);
  const [first, large] = [work('first', 1), work('large', 50), work('third', 1)];
  await setImmediate();
  expect(begun).toEqual(['first']);
  first.end();
  await setImmediate();
  expect(begun).toEqual(['first', 'large']);
  large.end();
  await setImmediate();
  expect(begun).toEqual(['first', 'large', 'third']);
});

test('what fails makes room, too', async () => {
  const { begun, work } = site(10);
  const [first] = [work('first', 10), work('second', 10)];
  first.fail(new Error('broken'));
  await expect(first.done).rejects.toThrow('broken');
  await setImmediate();
  expect(begun).toEqual(['first', 'second']);
});
