import { expect, test } from 'vitest';
import type { Progress } from '../../../../bin/cli/progress.ts';
import { Headway, sizeText } from '../../../../bin/operate/import/headway.ts';
import { NOTHING_TAKEN } from '../../../../bin/operate/intake/intake.ts';
import { NOON } from '../../../support/builders.ts';

function headway(total: number | undefined) {
  const clock = { now: NOON };
  const passing: string[] = [];
  const doing: string[] = [];
  const quiet = () => {};
  const progress: Progress = {
    ...{ done: quiet, wrong: quiet, say: quiet, end: quiet },
    passing: (text) => void passing.push(text),
    doing: (text) => void doing.push(text),
  };
  return { clock, passing, doing, headway: new Headway(total, progress, () => clock.now) };
}

const taken = (read: number) => ({ taken: { ...NOTHING_TAKEN, totals: { ...NOTHING_TAKEN.totals, read } } });

test('an import tells how much it has read, how fast, and how long the rest takes', () => {
  const { clock, headway: told } = headway(100_000_000);
  told.read(20_000_000);
  told.taken(taken(1000));
  told.fileDone();
  clock.now += 10_000;
  told.taken(taken(234));
  expect(told.text()).toBe('20 % of 100.0 MB · 1,234 lines · 2.0 MB/s · 40 s left');
});

test.each([
  [30 * 60, '39.5 h left'],
  [60, '79 min left'],
])('of what takes long in other words', (seconds, left) => {
  const { clock, headway: told } = headway(8_000_000_000);
  told.read(100_000_000);
  clock.now += seconds * 1000;
  expect(told.text()).toContain(left);
});

test('where nobody knows how much there is it tells what has passed', () => {
  const { clock, headway: told } = headway(undefined);
  told.read(1500);
  clock.now += 1000;
  expect(told.text()).toBe('1.5 kB · 0 lines · 1.5 kB/s');
});

test('a terminal hears of it often, a file each minute', () => {
  const { clock, passing, doing, headway: told } = headway(1000);
  for (let passed = 0; passed < 120_000; passed += 50) {
    clock.now += 50;
    told.taken(taken(1));
  }
  expect(passing.length).toBeGreaterThan(400);
  expect(doing).toHaveLength(2);
});

test('sizes are told in figures that fit', () => {
  expect([999, 1_500_000, 20_500_000_000].map(sizeText)).toEqual(['1.0 kB', '1.5 MB', '20.5 GB']);
});
