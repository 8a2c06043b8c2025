import type { Minutes } from '../../lambda/core/minutes/minutes.ts';
import type { Problem } from '../../lib/config/config.ts';
import { type AnyCluster, isEks } from '../../lib/config/select.ts';
import type { Selection } from '../../lib/elasticsearch/parked.ts';
import { show } from '../../lib/problems/show.ts';
import { WrongUse } from '../../lib/problems/usage.ts';
import type { ConfigFlags } from '../cli/configured.ts';
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

/** A cluster that is not EKS has no ledger, by which the folder would say what minutes were judged by. */
export function refuseState(cluster: AnyCluster, { state }: ConfigFlags): void {
  if (state === undefined || isEks(cluster)) return;
  const message = `${show(cluster.name)} is not EKS: all that is known of its parked lines is in Elasticsearch. Leave it out.`;
  throw WrongUse.of([{ path: '--state', message }]);
}

/** Done when the reader has taken it: what is long is made as fast as it is read. */
export function write(text: string): Promise<void> {
  return new Promise((done) => {
    process.stdout.write(text, () => done());
  });
}
