import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linesOf } from '../../../../bin/operate/intake/lines.ts';
import { all, chunksOf } from './chunks.ts';

const textsOf = async (text: string | Buffer, size?: number) =>
  (await all(linesOf(chunksOf(text, size)))).map(({ text }) => text);

describe('lines of bytes', () => {
  test('are the same however the bytes come, and each says where it lies', async () => {
    const texts = fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(texts, fc.integer({ min: 1, max: 9 }), async (parts, size) => {
        const whole = Buffer.from(parts.join('\n'));
        const found = await all(linesOf(chunksOf(whole, size)));
        const expected = whole
          .toString()
          .split('\n')
          .map((each, at) => (at === 0 ? each.replace(/^\0+/, '') : each).replace(/\r$/, ''))
          .filter((each) => each.trim() !== '');
        expect(found.map(({ text }) => text.replace(/^\ufeff/, ''))).toEqual(
          expected.map((each) => each.replace(/^\ufeff/, '')),
        );
        for (const { offset, end, text } of found) expect(whole.subarray(offset, end).toString()).toContain(text);
      }),
    );
  });

  test('begin behind a hole of zeros, in front of the text alone', async () => {
    for (const size of [1, 3, 100]) {
      const found = await all(linesOf(chunksOf('\0\0\0\0{}\n\0b', size)));
      expect(found).toMatchObject([
        { text: '{}', offset: 4, end: 7 },
        { text: '\0b', offset: 7, end: 9 },
      ]);
    }
    expect(await textsOf('\0\0')).toEqual([]);
    expect(await all(linesOf(chunksOf('\0b'), 2))).toMatchObject([{ text: '\0b', offset: 2 }]);
  });

  test('begin where the stream does', async () => {
    expect(await all(linesOf(chunksOf('b\nc'), 2))).toEqual([
      { text: 'b', offset: 2, end: 4, isCut: false, isEnded: true },
      { text: 'c', offset: 4, end: 5, isCut: false, isEnded: false },
    ]);
  });

  test('are without byte order mark and carriage returns, and empty ones are none', async () => {
    expect(await textsOf('\ufeffa\r\n\r\n  \nb\n\n')).toEqual(['a', 'b']);
  });

  test('of broken UTF-8 show where it is broken', async () => {
    expect(await textsOf(Buffer.from([0x61, 0xff, 0x0a, 0xc3]))).toEqual(['a\ufffd', '\ufffd']);
  });

  test('hold a NUL as any other character', async () => {
    expect(await textsOf('a\0b\n')).toEqual(['a\0b']);
  });

  test('of a line that is too long tell its beginning, and the next goes on', async () => {
    const long = 'x'.repeat(1000);
    const limits = { longest: 100, kept: 10 };
    for (const size of [1, 64, 5000]) {
      const found = await all(linesOf(chunksOf(`a\n${long}\nb\n`, size), 0, limits));
      expect(found).toEqual([
        { text: 'a', offset: 0, end: 2, isCut: false, isEnded: true },
        { text: 'x'.repeat(10), offset: 2, end: 1003, isCut: true, isEnded: true },
        { text: 'b', offset: 1003, end: 1005, isCut: false, isEnded: true },
      ]);
    }
  });

  test('of one byte too few is whole', async () => {
    const found = await all(linesOf(chunksOf('x'.repeat(100)), 0, { longest: 100, kept: 10 }));
    expect(found).toMatchObject([{ text: 'x'.repeat(100), isCut: false }]);
  });
});
