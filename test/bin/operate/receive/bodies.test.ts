import { expect, test } from 'vitest';
import { Bodies, type Body } from '../../../../bin/operate/receive/bodies.ts';

/** A request whose bytes come when the test says so. */
function request(
  bodies: Bodies,
  { longest = 100, use = async () => {} }: { longest?: number; use?: () => Promise<void> } = {},
) {
  const { readable, writable } = new TransformStream<Buffer, Buffer>();
  const writer = writable.getWriter();
  const result = bodies.hold(readable, longest, async ({ chunks }: Body) => {
    await use();
    return chunks.join('');
  });
  return {
    result,
    send: (text: string) => writer.write(Buffer.from(text)),
    end: () => writer.close(),
  };
}

test('a body is given on when it has come whole', async () => {
  const { send, end, result } = request(new Bodies(100));
  await send('one ');
  await send('two');
  await end();
  expect(await result).toBe('one two');
});

test('where there is no room for all, the largest that is still coming gives way, and not who comes', async () => {
  const bodies = new Bodies(10);
  const [large, small] = [request(bodies), request(bodies)];
  await large.send('123456789');
  await small.send('ab');
  await small.end();
  expect(await small.result).toBe('ab');
  await large.send('0');
  expect(await large.result).toBe(undefined);
});

test('what has come whole keeps its room until it is on disk', async () => {
  const bodies = new Bodies(10);
  const { promise, resolve } = Promise.withResolvers<void>();
  const first = request(bodies, { use: () => promise });
  await first.send('123456789');
  await first.end();
  const second = request(bodies);
  await second.send('ab');
  expect(await second.result).toBe(undefined);
  resolve();
  expect(await first.result).toBe('123456789');
  const third = request(bodies);
  await third.send('1234567890');
  await third.end();
  expect(await third.result).toBe('1234567890');
});

test('one that is too long is read no further', async () => {
  const { send, result } = request(new Bodies(100), { longest: 3 });
  await send('1234');
  expect(await result).toBe('1234');
});

test('who goes away in the middle leaves its room', async () => {
  const bodies = new Bodies(10);
  async function* broken(): AsyncGenerator<Buffer> {
    yield Buffer.from('123456789');
    throw new Error('gone');
  }
  await expect(bodies.hold(broken(), 100, async () => {})).rejects.toThrow('gone');
  const { send, end, result } = request(bodies);
  await send('1234567890');
  await end();
  expect(await result).toBe('1234567890');
});
