import { parseArgs } from 'node:util';
import { hunt } from './hunt.ts';

/** Searches for a life that goes wrong, shrinks it and prints it. Exit 3 when one is found, unlike a program that failed. */
const { values } = parseArgs({
  options: {
    lives: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '36000' },
    seed: { type: 'string' },
    /** Give up shrinking: only whether there is one is asked. */
    raw: { type: 'boolean', default: false },
  },
});

const well = await hunt({
  count: Number(values.lives),
  seed: values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed),
  seconds: Number(values.seconds),
  shrink: !values.raw,
});
if (!well) process.exitCode = 3;
