import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Confirmed } from '../../../../lambda/core/document/confirmed.ts';
import { lineId } from '../../../../lambda/core/document/identity.ts';

const INDEX = 'audit-prod-2026.11.21';
const idOf = (number: number) => lineId('prod', number, `line ${number}`);

describe('what Elasticsearch has confirmed', () => {
  test('is known again, and nothing else is', () => {
    const confirmed = new Confirmed(64);
    for (let number = 0; number < 30; number += 1) confirmed.remember(idOf(number), INDEX);
    for (let number = 0; number < 30; number += 1) expect(confirmed.has(idOf(number), INDEX)).toBe(true);
    for (let number = 30; number < 300; number += 1) expect(confirmed.has(idOf(number), INDEX)).toBe(false);
  });

  test('is known of its index alone', () => {
    const confirmed = new Confirmed(64);
    confirmed.remember(idOf(1), 'another');
    expect(confirmed.has(idOf(1), INDEX)).toBe(false);
    confirmed.remember(idOf(1), INDEX);
    for (const index of ['another', INDEX]) expect(confirmed.has(idOf(1), index)).toBe(true);
  });

  test('is forgotten by halves, the oldest first', () => {
    const confirmed = new Confirmed(1024);
    for (let number = 0; number < 5000; number += 1) confirmed.remember(idOf(number), INDEX);
    const known = Array.from({ length: 5000 }, (_, number) => confirmed.has(idOf(number), INDEX));
    const first = known.indexOf(true);
    expect(5000 - first).toBeGreaterThan(600);
    expect(5000 - first).toBeLessThan(1300);
    expect(known.slice(first).every(Boolean)).toBe(true);
  });

  test('is never more than was confirmed, whatever is asked in whichever order', () => {
    const numbers = fc.array(fc.tuple(fc.boolean(), fc.nat(400)), { maxLength: 300 });
    fc.assert(
      fc.property(numbers, (steps) => {
        const confirmed = new Confirmed(64);
        const truth = new Set<number>();
        for (const [remember, number] of steps) {
          if (confirmed.has(idOf(number), INDEX)) expect(truth).toContain(number);
          if (!remember) continue;
          confirmed.remember(idOf(number), INDEX);
          truth.add(number);
          expect(confirmed.has(idOf(number), INDEX)).toBe(true);
        }
      }),
    );
  });

  test('is thrown away when another process ran in between', () => {
    const confirmed = new Confirmed(64);
    confirmed.begin(1);
    confirmed.remember(idOf(1), INDEX);
    confirmed.begin(2);
    expect(confirmed.has(idOf(1), INDEX)).toBe(true);
    confirmed.begin(4);
    expect(confirmed.has(idOf(1), INDEX)).toBe(false);
  });

  test('is nothing where there is no room', () => {
    const confirmed = new Confirmed(0);
    confirmed.remember(idOf(1), INDEX);
    expect(confirmed.has(idOf(1), INDEX)).toBe(false);
  });

  test('takes ids alone: two texts cut short could be taken for one', () => {
    const confirmed = new Confirmed(64);
    for (const text of ['', 'a', `${idOf(1)}a`, `${idOf(1).slice(0, 30)}??`])
      expect(() => confirmed.remember(text, INDEX)).toThrow(`Expected a document's id, found ${text}.`);
  });
});
