import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { percentDecoded } from '../../../../lambda/core/policy/percent.ts';

const encoded = (bytes: Iterable<number>) =>
  Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

/** The bytes that a decoded text stands for. */
const bytesOf = (text: string) =>
  Array.from(text).flatMap((character) => {
    const code = character.codePointAt(0) ?? 0;
    return code >= 0xdc80 && code <= 0xdcff ? [code - 0xdc00] : [...Buffer.from(character)];
  });

test('what decodeURIComponent takes is decoded as there', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, plain) => {
      const some = `${plain.replaceAll('%', '')}${encodeURIComponent(text)}/${encoded(Buffer.from(text)).toUpperCase()}`;
      expect(percentDecoded(some)).toBe(decodeURIComponent(some));
    }),
  );
});

test('of any bytes it is a text that stands for just these, with nothing decoded that is no UTF-8', () => {
  const telling = fc.constantFrom(
    0,
    0x25,
    0x7f,
    0x80,
    0x8f,
    0x90,
    0x9f,
    0xa0,
    0xbf,
    0xc1,
    0xc2,
    0xe0,
    0xed,
    0xf0,
    0xf4,
    0xf8,
    0xff,
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(telling, fc.nat({ max: 255 }))), (bytes) => {
      const text = percentDecoded(encoded(bytes));
      expect(bytesOf(text)).toEqual(bytes);
      expect(text.replace(/[\udc80-\udcff]/gu, '').isWellFormed()).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

describe('bytes that are no UTF-8 leave what is around them', () => {
  test.each([
    ['/é%ff', '/é\udcff'],
    ['/%C3%A9%FF%c3%a9', '/é\udcffé'],
    ['/%c3', '/\udcc3'],
    ['/%c3x%a9', '/\udcc3x\udca9'],
    ['/%c0%af', '/\udcc0\udcaf'],
    ['/%ed%a0%80', '/\udced\udca0\udc80'],
    ['/%f0%9f%98%80%f4%90%80%80', '/😀\udcf4\udc90\udc80\udc80'],
  ])('%s', (text, decoded) => {
    expect(percentDecoded(text)).toBe(decoded);
  });
});

test.each(['', '/a', '%', '%4', '%zz', '%4g', '/%', '%%', '100%', '%\ud800%'])('%j has nothing to decode', (text) => {
  expect(percentDecoded(text)).toBe(text);
});

test('nothing is decoded twice', () => {
  expect(percentDecoded('/%2541%%34%31')).toBe('/%41%41');
});
