import { BrokenText } from './elements.ts';
import { BrokenGzip } from './gunzip.ts';
import { faultOf } from './inputs.ts';

/** Why a file was not read to its end, with what to do; undefined: that is no fault of a file. */
export function whyUnread(error: unknown): string | undefined {
  if (error instanceof BrokenGzip) return `What is packed is cut or broken there (${error.message}): get it anew.`;
  if (error instanceof BrokenText) {
    const { offset, expected, found } = error.fault;
    return found === undefined
      ? `It ends in the middle, at byte ${offset}, where ${expected} was expected: get it anew.`
      : `Expected ${expected} at byte ${offset}, found ${found}: mend it, or get it anew.`;
  }
  // What the system says, or AWS.
  const isReading = error instanceof Error && (('code' in error && 'syscall' in error) || '$metadata' in error);
  return isReading ? `It can't be read on: ${faultOf(error)}.` : undefined;
}
