import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batches, halves } from '../../../lambda/core/bulk/batch.ts';
import { backoff, fullBucket, take, timeForAnother } from '../../../lambda/core/pace.ts';
import { NOON } from '../../support/builders.ts';

describe('batches', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 50 }).map((bytes) => ({ bytes })));
  test('hold every item once, in order, and stay within the limit unless one item alone is larger', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 100 }), (items, limit) => {
        const found = batches(items, limit);
        expect(found.flat()).toEqual(items);
        for (const batch of found) {
          const bytes = batch.reduce((sum, item) => sum + item.bytes, 0);
          expect(bytes <= limit || batch.length === 1).toBe(true);
        }
      }),
    );
  });

  test('are halved until one item is left', () => {
    expect(halves([1, 2, 3])).toEqual([[1, 2], [3]]);
    expect(halves([1])).toEqual([[1]]);
  });
});

test('the wait doubles, within a cap, and jitter takes it down to nothing', () => {
  expect([0, 1, 2, 3, 30].map((attempt) => backoff(attempt, 0.999999))).toEqual([199, 399, 799, 1599, 9999]);
  expect(backoff(5, 0)).toBe(0);
});

test.each([
  ['the slowest page so far would end in time', 5001, 3000, true],
  ['it would end just at the margin', 5000, 3000, false],
  ['none was read yet', 2001, 0, true],
])('another page begins only when %s', (_, left, slowest, expected) => {
  expect(timeForAnother(NOON, NOON + left, slowest)).toBe(expected);
});

test('requests beyond the share wait, so that no second holds more than the share and one burst', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 60 }), (perSecond, requests) => {
      let bucket = fullBucket(perSecond, NOON);
      let now = NOON;
      for (let request = 0; request < requests; request += 1) {
        const taken = take(bucket, perSecond, now);
        bucket = taken.bucket;
        now += taken.wait;
      }
      return ((now - NOON) / 1000) * perSecond >= requests - perSecond - 0.01;
    }),
  );
});
