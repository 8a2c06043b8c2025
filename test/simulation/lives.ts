import fc from 'fast-check';
import type { Life } from './life.ts';

/** Even over the range, unlike `fc.double`, nearly all of whose numbers are next to nothing. */
const share = (min: number, max: number) =>
  fc.integer({ min: 0, max: 100 }).map((at) => min + ((max - min) * at) / 100);
const rate = (max: number) => fc.oneof(fc.constant(0), share(0, max));

/** Lives that begin simple when they shrink: no faults, few lines, short. */
export const livesOf = (day: fc.Arbitrary<boolean>): fc.Arbitrary<Life> =>
  fc.record({
    seed: fc.nat(1_000_000),
    day,
    minutes: fc.integer({ min: 1, max: 40 }),
    linesPerMinute: fc.integer({ min: 0, max: 12 }),
    lateShare: rate(0.5),
    latest: share(0, 1),
    interval: fc.constantFrom(60, 120, 600, 1800),
    overlap: rate(0.5),
    killRate: rate(0.02),
    throttleRate: rate(0.5),
    emptyRate: rate(0.5),
    shuffle: fc.boolean(),
    flickerRate: rate(0.3),
    repeatRate: rate(0.4),
    sinkRate: rate(0.4),
    tableRate: rate(0.05),
    tableRepeatRate: rate(0.3),
    hostileRate: rate(0.3),
    bothFrom: fc.integer({ min: 0, max: 80 }),
    bothTo: fc.integer({ min: 0, max: 80 }),
    pickyRate: rate(0.1),
    stallRate: rate(0.005),
    skew: fc.integer({ min: 0, max: 20_000 }),
    policyChange: fc.integer({ min: 1, max: 60 }),
    renamed: fc.integer({ min: 1, max: 80 }),
    changed: fc.integer({ min: 1, max: 80 }),
    emptied: fc.oneof(fc.constant(null), share(0.2, 1)),
    retention: fc.constantFrom(null, null, 90, 20, 3),
    giant: fc.constantFrom(1, 1, 20),
    pageSize: fc.integer({ min: 1, max: 20 }),
    share: fc.constantFrom(4, 4, 1, 0.25),
    slow: fc.constantFrom(0, 0, 2000, 7000),
    partBytes: fc.constantFrom(100_000, 5000, 1500),
    maxBytesPerRun: fc.constantFrom(null, null, 5000, 1),
  });

export const lives = livesOf(fc.boolean());
/** Whole days alone. */
export const days = livesOf(fc.constant(true));
