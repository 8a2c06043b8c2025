import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { advance, begin, type Checkpoint, due, withAges } from '../../../../lambda/core/minutes/checkpoint.ts';
import { MINUTE } from '../../../../lambda/core/time.ts';
import { NOON } from '../../../support/builders.ts';

/** Minutes after noon. */
const at = (minutes: number) => NOON + minutes * MINUTE;

function checkpoint(cursors: Record<number, number>): Checkpoint {
  return {
    start: NOON,
    judged: [],
    parts: new Map(),
    naming: '',
    cursors: new Map(Object.entries(cursors).map(([age, minute]) => [Number(age), at(minute)])),
  };
}

describe('a first run begins', () => {
  test('so long before now, at a whole minute, at every age', () => {
    expect(begin(600, [0, 120], at(10) + 1234)).toMatchObject({
      start: at(0),
      cursors: new Map([
        [0, at(0)],
        [120, at(0)],
      ]),
    });
  });

  test('at the time named', () => {
    expect(begin('2026-11-21T12:00:30Z', [0], at(10)).start).toBe(at(0));
  });
});

describe('what is due', () => {
  test.each([
    ['nothing before the minute is over', 0, 5, at(5) + 59_999, undefined],
    ['the minute that is over', 0, 5, at(6), { from: at(5), to: at(6) }],
    ['all since an outage', 0, 0, at(90) + 1, { from: at(0), to: at(90) }],
    ['nothing while the age is not reached', 120, 5, at(7) + 59_999, undefined],
    ['the minute whose age is reached', 120, 5, at(8), { from: at(5), to: at(6) }],
  ])('%s', (_, age, minute, now, expected) => {
    expect(due(checkpoint({ 0: 60, [age]: minute }), age, now)).toEqual(expected);
  });

  test('at an older age nothing that the frontier has not passed: it is the frontier’s alone', () => {
    expect(due(checkpoint({ 0: 5, 120: 3 }), 120, at(90))).toEqual({ from: at(3), to: at(5) });
    expect(due(checkpoint({ 0: 5, 120: 5 }), 120, at(90))).toBeUndefined();
  });
});

describe('after minutes were read in full', () => {
  const read = { from: at(5), to: at(8) };

  test('the frontier passes them', () => {
    expect(advance(checkpoint({ 0: 5, 120: 0 }), { ...read, begun: at(8) }).cursors.get(0)).toBe(at(8));
  });

  test('an older age that stands among them passes those that were old enough', () => {
    expect(advance(checkpoint({ 0: 5, 120: 5 }), { ...read, begun: at(9) }).cursors.get(120)).toBe(at(7));
  });

  test('after an outage one read serves every age', () => {
    const { cursors } = advance(checkpoint({ 0: 5, 120: 5 }), { ...read, begun: at(60) });
    expect([...cursors.values()]).toEqual([at(8), at(8)]);
  });

  test('a cursor does not jump over minutes that were not read', () => {
    expect(advance(checkpoint({ 0: 5, 120: 2 }), { ...read, begun: at(60) }).cursors.get(120)).toBe(at(2));
  });

  test('a read that began before the minute was over moves nothing past it', () => {
    expect(advance(checkpoint({ 0: 5 }), { ...read, begun: at(7) + 30_000 }).cursors.get(0)).toBe(at(7));
  });
});

test('whatever is read, no cursor goes back, none jumps a gap, none passes a minute too young for its age', () => {
  const minute = fc.integer({ min: 0, max: 60 });
  fc.assert(
    fc.property(minute, minute, minute, minute, fc.integer({ min: 0, max: 7200 }), (old, from, length, begun, age) => {
      const before = checkpoint({ [age]: old });
      const read = { from: at(from), to: at(from + length), begun: at(begun) + 1 };
      const after = advance(before, read).cursors.get(age) ?? 0;
      expect(after).toBeGreaterThanOrEqual(at(old));
      if (after === at(old)) return;
      expect(read.from).toBeLessThanOrEqual(at(old));
      expect(after).toBeLessThanOrEqual(read.to);
      expect(read.begun - after).toBeGreaterThanOrEqual(age * 1000);
    }),
  );
});

describe('an age that is new', () => {
  test('begins with the minutes that reach it from now on', () => {
    expect(withAges(checkpoint({ 0: 100 }), [0, 600], at(100)).cursors.get(600)).toBe(at(90));
  });

  test('does not begin before the first run, nor past the frontier', () => {
    expect(withAges(checkpoint({ 0: 3 }), [0, 600], at(5)).cursors.get(600)).toBe(at(0));
    expect(withAges(checkpoint({ 0: 3 }), [0, 60], at(90)).cursors.get(60)).toBe(at(3));
  });
});
