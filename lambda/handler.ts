import { readFileSync } from 'node:fs';
import { env } from 'node:process';
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
