import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BrokenGzip, gunzipped } from '../../../../bin/operate/intake/gunzip.ts';
import { chunksOf } from './chunks.ts';

async function unpackedOf(bytes: Buffer, size?: number) {
  const found: Buffer[] = [];
  let fault: unknown;
  try {
    for await (const chunk of gunzipped(chunksOf(bytes, size))) found.push(chunk);
  } catch (error) {
    fault = error;
  }
  return { text: Buffer.concat(found).toString(), fault };
}

/** Hardly shorter when packed, so that each piece of it lies in a piece of what is packed. */
const TEXT = Array.from({ length: 9000 }, (_, at) => `line ${Math.imul(at, 2_654_435_761) >>> 0}`).join('\n');

test('what is packed comes back, however its bytes come', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.integer({ min: 1, max: 50 }), async (text, size) => {
      expect(await unpackedOf(gzipSync(text), size)).toEqual({ text, fault: undefined });
    }),
  );
});

test('members that stand one after the other are one text', async () => {
  const members = Buffer.concat([gzipSync('a\n'), gzipSync(''), gzipSync('b\n')]);
  for (const size of [1, 1000]) expect(await unpackedOf(members, size)).toEqual({ text: 'a\nb\n', fault: undefined });
});

test('of what is cut comes all that is there, and then the fault', async () => {
  const whole = gzipSync(TEXT);
  for (const part of [0.3, 0.9, 0.999]) {
    const { text, fault } = await unpackedOf(whole.subarray(0, Math.floor(whole.length * part)), 20_000);
    expect(fault).toBeInstanceOf(BrokenGzip);
    expect(TEXT.startsWith(text)).toBe(true);
    expect(text.length / TEXT.length).toBeGreaterThan(part - 0.1);
  }
});

test('of what is broken comes what is before, and then the fault', async () => {
  const broken = gzipSync(TEXT);
  broken.fill(0xff, Math.floor(broken.length / 2), Math.floor(broken.length / 2) + 400);
  const { text, fault } = await unpackedOf(broken);
  expect(fault).toBeInstanceOf(BrokenGzip);
  expect(text.length).toBeGreaterThan(TEXT.length / 4);
});

test.each([
  ['bytes behind it that are no gzip', (whole: Buffer) => Buffer.concat([whole, Buffer.from('a line\n'.repeat(500))])],
  ['a wrong sum at its end', (whole: Buffer) => Buffer.concat([whole.subarray(0, -8), Buffer.alloc(8, 1)])],
])('of a gzip with %s comes all, and then the fault', async (_, broken) => {
  for (const text of ['a\nb\n', TEXT, 'x'.repeat(1_000_000)]) {
    for (const size of [1000, 1_000_000]) {
      const found = await unpackedOf(broken(gzipSync(text)), size);
      expect(found.fault).toBeInstanceOf(BrokenGzip);
      expect(found.text === text).toBe(true);
    }
  }
});

test('a stream that breaks is told as it is', async () => {
  async function* breaking(): AsyncGenerator<Buffer> {
    yield gzipSync('a').subarray(0, 10);
    throw new Error('gone');
  }
  await expect(async () => {
    for await (const _ of gunzipped(breaking()));
  }).rejects.toThrow('gone');
});
