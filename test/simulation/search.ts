import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { lives } from './lives.ts';
import { simulate } from './simulate.ts';

/** Searches for a life that goes wrong, shrinks it and prints it. Exit 1 when one is found. */
const { values } = parseArgs({
  options: {
    lives: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '36000' },
    seed: { type: 'string' },
    /** Give up shrinking: only whether there is one is asked. */
    raw: { type: 'boolean', default: false },
  },
});

const seed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed);
const began = Date.now();
let lived = 0;
const property = fc.asyncProperty(lives, async (life) => {
  lived += 1;
  if (lived % 500 === 0) console.log(`${lived} lives, ${Math.round((Date.now() - began) / 1000)} s`);
  const found = await simulate(life);
  if (found.length > 0) throw new Error(found.join('\n'));
});
const result = await fc.check(property, {
  numRuns: Number(values.lives),
  interruptAfterTimeLimit: Number(values.seconds) * 1000,
  seed,
  endOnFailure: values.raw,
});
console.log(`${lived} lives in ${Math.round((Date.now() - began) / 1000)} s, seed ${seed}`);
if (result.failed) {
  console.log(JSON.stringify(result.counterexample?.[0]));
  console.log(result.errorInstance instanceof Error ? result.errorInstance.message : result.errorInstance);
  process.exitCode = 1;
}
