import fc from 'fast-check';
import { lives } from '../simulation/lives.ts';
import { simulate } from '../simulation/simulate.ts';

const DAYS = 10_000;

/** So many simulated lives of a source, each of up to a day; prints the first that goes wrong, shrunk. */
export async function days(): Promise<boolean> {
  const seed = Number(process.env.DAYS_SEED ?? Date.now() % 1_000_000);
  const count = Number(process.env.DAYS ?? DAYS);
  console.log(`simulation: ${count} lives, seed ${seed}`);
  const began = Date.now();
  let lived = 0;
  const property = fc.asyncProperty(lives, async (life) => {
    lived += 1;
    if (lived % 500 === 0) console.log(`simulation: ${lived} lives, ${Math.round((Date.now() - began) / 1000)} s`);
    const found = await simulate(life);
    if (found.length > 0) throw new Error(found.join('\n'));
  });
  const { failed, counterexample, errorInstance } = await fc.check(property, { numRuns: count, seed });
  console.log(`simulation: ${lived} lives in ${Math.round((Date.now() - began) / 1000)} s`);
  if (failed) {
    console.log(JSON.stringify(counterexample?.[0]));
    console.log(errorInstance instanceof Error ? errorInstance.message : errorInstance);
  }
  return !failed;
}
