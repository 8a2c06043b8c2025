import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitsNanos, isoTime, parseTime } from '../../../lambda/core/time.ts';

test.each([
  ['2026-11-21T12:00:00Z', Date.UTC(2026, 10, 21, 12)],
  ['2026-11-21T12:00:00.123456Z', Date.UTC(2026, 10, 21, 12, 0, 0, 123)],
  ['2026-11-21T12:00:00.1Z', Date.UTC(2026, 10, 21, 12, 0, 0, 100)],
  ['2026-11-21T12:00:00.123456789+02:00', Date.UTC(2026, 10, 21, 10, 0, 0, 123)],
  ['2024-02-29T00:00:00-01:30', Date.UTC(2024, 1, 29, 1, 30)],
  ['2026-02-30T00:00:00Z', undefined],
  ['2026-02-29T00:00:00Z', undefined],
  ['2026-13-01T00:00:00Z', undefined],
  ['2026-11-21T24:00:00Z', undefined],
  ['2026-11-21T12:00:60Z', undefined],
  ['2026-11-21 12:00:00Z', undefined],
  ['2026-11-21', undefined],
  ['0000-01-01T00:00:00Z', undefined],
  ['', undefined],
  [null, undefined],
  [1795000000000, undefined],
])('%s is read as %s', (text, expected) => {
  expect(parseTime(text)).toBe(expected);
});

test('every time that JavaScript writes is read back', () => {
  const dates = fc.date({ min: new Date('1000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
  fc.assert(fc.property(dates, (date) => parseTime(date.toISOString()) === date.getTime()));
});

test.each([
  ['1969-12-31T23:59:59Z', false],
  ['1970-01-01T00:00:00Z', true],
  ['2261-12-31T00:00:00Z', true],
  ['2262-06-01T00:00:00Z', false],
])('%s fits nanoseconds: %s', (text, expected) => {
  expect(fitsNanos(text)).toBe(expected);
});

test('every time is written as JavaScript writes it', () => {
  const dates = fc.date({ noInvalidDate: true });
  fc.assert(fc.property(dates, (date) => isoTime(date.getTime()) === date.toISOString()));
});

test('what is no time can’t be written', () => {
  for (const none of [Number.NaN, Number.POSITIVE_INFINITY, 8.64e15 + 1])
    expect(() => isoTime(none)).toThrow(RangeError);
});
