#!/usr/bin/env node
import { Stopped } from '../lambda/core/stopped.ts';
import { Failed, WrongUse } from '../lib/problems/usage.ts';
import { endWithReader } from './cli/interrupt.ts';
import { eksAudit } from './program.ts';

const program = eksAudit();
endWithReader([process.stdout, process.stderr]);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCode(error);
}

/** 0 done, 1 the answer is no or the run failed, 2 wrong use. Commander has printed its own message already. */
function exitCode(error: unknown): number {
  if (error instanceof Failed || error instanceof Stopped || error instanceof WrongUse) {
    if (error.message !== '') process.stderr.write(`${error.message}\n`);
    return error instanceof WrongUse ? 2 : 1;
  }
  if (error instanceof Error && 'exitCode' in error && 'code' in error) return error.exitCode === 0 ? 0 : 2;
  process.stderr.write(
    `eks-audit failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return 1;
}
