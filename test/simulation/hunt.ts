import fc from 'fast-check';
import { failed as pinned } from './failed.ts';
import type { Life } from './life.ts';
import { lives } from './lives.ts';
import { simulate } from './simulate.ts';

export interface Hunt {
  /** How many lives at most. */
  readonly count: number;
  readonly seed: number;
  /** After which no further life begins. Default: no limit. */
  readonly seconds?: number;
  /** Whether the life found is made as simple as it can be. Default true. */
  readonly shrink?: boolean;
  /** Which lives. Default all kinds, and first of all those that once went wrong. */
  readonly among?: fc.Arbitrary<Life>;
}

/** What went wrong in a life; any other error is the simulation's own. */
class Wrong extends Error {}

/** Looks for a life that goes wrong, with progress, and prints it; `true` when there is none. */
export async function hunt({ count, seed, seconds, shrink = true, among }: Hunt): Promise<boolean> {
  const began = Date.now();
  const passed = () => `${Math.round((Date.now() - began) / 1000)} s`;
  let lived = 0;
  const property = fc.asyncProperty(among ?? lives, async (life) => {
    lived += 1;
    if (lived % 500 === 0) console.log(`simulation: ${lived} lives, ${passed()}`);
    const found = await simulate(life);
    if (found.length > 0) throw new Wrong(found.join('\n'));
  });
  const { failed, counterexample, errorInstance } = await fc.check(property, {
    numRuns: count,
    seed,
    endOnFailure: !shrink,
    examples: among === undefined ? pinned.map(([, life]) => [life]) : [],
    ...(seconds === undefined ? {} : { interruptAfterTimeLimit: seconds * 1000 }),
  });
  console.log(`simulation: ${lived} lives in ${passed()}, seed ${seed}`);
  if (failed) {
    console.log(JSON.stringify(counterexample?.[0]));
    if (!(errorInstance instanceof Wrong)) throw errorInstance;
    console.log(errorInstance.message);
  }
  return !failed;
}
