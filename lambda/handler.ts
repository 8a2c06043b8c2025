import { readFileSync } from 'node:fs';
import { env } from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { SETTINGS_FILE, type Settings } from './contract.ts';
import type { Tally } from './core/ledger/tally.ts';
import type { Policy } from './core/policy/policy.ts';
import { Stopped } from './core/stopped.ts';
import { run } from './run.ts';
import { realPorts } from './wiring.ts';

/** What the function needs of Lambda's context. */
interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

export interface HandlerResult extends Tally {
  readonly caughtUp: boolean;
}

/** MB: from here on there is room for three times what a run holds. */
const ROOMY = 512;

// A page fills a heap as small as ours: left alone, V8 collects all of it at every second page, a third of the time of a
// run. So what is old may grow by more before that; and what is new, of which a page leaves little, stays at the 2 MB that
// it has by now, whatever the memory. `npm run bench` shows both.
setFlagsFromString(`--heap-growing-percent=${Number(env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE) < ROOMY ? 100 : 200}`);
setFlagsFromString('--semi-space-growth-factor=1');

// The file is what the stack's asset and `try` write from checked settings.
const settings = JSON.parse(readFileSync(new URL(SETTINGS_FILE, import.meta.url), 'utf8')) as Settings<Policy>;
const ports = realPorts(settings, env);

/** A failed run has emitted its metrics; it throws so that Lambda's own error count tells the same. */
export async function handler(_event: unknown, context: LambdaContext): Promise<HandlerResult> {
  const deadline = Date.now() + context.getRemainingTimeInMillis();
  const { tally, caughtUp } = await run(settings, ports, { id: context.awsRequestId, deadline });
  if (tally.ended === 'failed') throw new Stopped(tally.reason);
  return { ...tally, caughtUp };
}
