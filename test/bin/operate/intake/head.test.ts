import { describe, expect, test } from 'vitest';
import { headOf } from '../../../../bin/operate/intake/head.ts';

/** A stream of these pieces, and whether it was ended. */
function stream(pieces: readonly string[], fault?: Error) {
  const state = { isClosed: false };
  async function* chunks(): AsyncGenerator<Buffer> {
    try {
      for (const piece of pieces) yield Buffer.from(piece);
      if (fault !== undefined) throw fault;
    } finally {
      state.isClosed = true;
    }
  }
  return { state, chunks: chunks() };
}

const read = async (chunks: AsyncIterable<Buffer>) => Buffer.concat(await Array.fromAsync(chunks)).toString();

describe('the head of a stream', () => {
  test.each([
    [1, 'a', false],
    [3, 'abc', false],
    [6, 'abcdef', false],
    [7, 'abcdef', true],
  ])('of %i bytes is %s, and nothing of the stream is lost', async (bytes, head, isWhole) => {
    const found = await headOf(stream(['ab', 'cd', 'ef']).chunks, bytes);
    expect([found.head.toString(), found.isWhole]).toEqual([head, isWhole]);
    expect(await read(found.chunks)).toBe('abcdef');
  });

  test('is what stands behind a hole, and the hole is not lost', async () => {
    const found = await headOf(stream(['\0'.repeat(100_000), '\0\0', '\0ab', '\0c']).chunks, 3);
    expect(found.head.toString()).toBe('ab\0');
    expect(await read(found.chunks)).toBe(`${'\0'.repeat(100_003)}ab\0c`);
  });

  test('ends the stream, also where nobody has read on', async () => {
    const { chunks, state } = stream(['ab', 'cd']);
    await (await headOf(chunks, 1)).chunks.return();
    expect(state.isClosed).toBe(true);
  });

  test('that breaks is told, and told again behind what is there', async () => {
    const found = await headOf(stream(['ab'], new Error('gone')).chunks, 10);
    expect(found).toMatchObject({ fault: new Error('gone') });
    const seen: string[] = [];
    await expect(async () => {
      for await (const chunk of found.chunks) seen.push(chunk.toString());
    }).rejects.toThrow('gone');
    expect(seen).toEqual(['ab']);
  });
});
