import type { Life } from './life.ts';

/** Every life that ever went wrong, by what was wrong then. They are lived first. */
export const failed: readonly (readonly [string, Life])[] = [
  [
    'a sink that refuses at random had documents parked as too large',
    {
      seed: 286955,
      day: false,
      minutes: 26,
      linesPerMinute: 1,
      lateShare: 0,
      latest: 0,
      interval: 60,
      overlap: 0,
      killRate: 0,
      throttleRate: 0.4255734102334828,
      emptyRate: 0,
      shuffle: true,
      flickerRate: 0,
      sinkRate: 0.39011849276721483,
      tableRate: 0,
      stallRate: 0,
      skew: 0,
      policyChange: 4,
      emptied: null,
      retention: null,
      giant: 20,
      pageSize: 4,
      partBytes: 1500,
      maxBytesPerRun: null,
    },
  ],
];
