import type { Minutes } from '../../lambda/core/minutes/minutes.ts';
import type { Problem } from '../../lib/config/config.ts';
import type { Selection } from '../../lib/elasticsearch/parked.ts';
import { parseRange, type RangeFlags } from '../cli/range.ts';

export const REASON_FLAG = ['--reason <reason>', "only those parked for this reason, like 'too large'"] as const;

/** Without a flag all that there is. */
export function rangeOf(flags: RangeFlags): { readonly minutes?: Minutes; readonly problems: readonly Problem[] } {
  if (flags.from === undefined && flags.to === undefined && flags.since === undefined) return { problems: [] };
  const range = parseRange(flags, { now: Date.now() });
  return range.ok ? { minutes: range.minutes, problems: [] } : range;
}

export function selectionOf(minutes: Minutes | undefined, reason: string | undefined): Selection {
  return {
    ...(minutes === undefined ? {} : { range: { startTime: minutes.from, endTime: minutes.to - 1 } }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** Done when the reader has taken it: what is long is made as fast as it is read. */
export function write(text: string): Promise<void> {
  return new Promise((done) => {
    process.stdout.write(text, () => done());
  });
}
