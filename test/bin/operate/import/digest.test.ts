import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { Digest } from '../../../../bin/operate/import/digest.ts';

const of = (text: string) => createHash('sha256').update(text).digest('hex');

function added(digest: Digest, ...chunks: readonly string[]): Digest {
  for (const chunk of chunks) digest.add(Buffer.from(chunk));
  return digest;
}

test('a digest is that of all before a place, wherever pieces end', () => {
  const digest = added(new Digest(3), 'ab', 'cdef', 'gh');
  expect([3, 3, 4, 8, 9].map((place) => digest.upTo(place))).toEqual([
    ...[of('abc'), of('abc'), of('abcd'), of('abcdefgh')],
    undefined,
  ]);
});

test('a digest holds no more than it may, and knows the places that are told and those that are held', () => {
  const digest = added(new Digest(2, 4), 'abc', 'defg', 'hij');
  expect(digest.held).toBe(3);
  expect(digest.upTo(2)).toBe(of('ab'));
  expect(digest.upTo(5)).toBeUndefined();
  expect(digest.upTo(8)).toBe(of('abcdefgh'));
  added(digest, 'klmno', 'pqrst');
  expect(digest.upTo(8)).toBe(of('abcdefgh'));
  expect(digest.upTo(9)).toBeUndefined();
  expect(digest.upTo(20)).toBe(of('abcdefghijklmnopqrst'));
});
