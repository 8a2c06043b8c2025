import fc from 'fast-check';
import { expect, test } from 'vitest';
import { failed } from './failed.ts';
import { lives } from './lives.ts';
import { simulate } from './simulate.ts';

const SECONDS = 60;
/** Always the same lives: nobody's change fails for what another's did. `npm run test:long -- simulation` seeks new ones. */
const SEED = 20_261_121;

test.each(failed)('the life in which %s goes well', async (_, life) => {
  expect(await simulate(life)).toEqual([]);
});

test(`no line is lost, none is twice, and the ledger is right in every life of ${SECONDS} s`, async () => {
  let lived = 0;
  const property = fc.asyncProperty(lives, async (life) => {
    lived += 1;
    expect(await simulate(life)).toEqual([]);
  });
  await fc.assert(property, { seed: SEED, numRuns: 100_000, interruptAfterTimeLimit: SECONDS * 1000 });
  expect(lived).toBeGreaterThan(20);
});
