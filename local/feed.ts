import type { CloudWatchLogs } from './cloudwatch-logs/server.ts';
import { type SampleOptions, sampleFeed } from './samples/samples.ts';

export interface Feeding extends Omit<SampleOptions, 'from' | 'to'> {
  readonly group: string;
  /** Milliseconds before now with which an empty group begins; a group with events goes on after the newest. */
  readonly past: number;
}

/** Lets the sample cluster live in a log group. Each call of what it returns puts what happened until now; how many. */
export function feeder(logs: CloudWatchLogs, options: Feeding, now: () => number = Date.now): () => Promise<number> {
  const from = Math.max(now() - options.past, (logs.newest(options.group) ?? -1) + 1);
  const feed = sampleFeed({ ...options, from });
  return async () => {
    const told = feed(now());
    const byStream = Map.groupBy(told, ({ stream }) => stream);
    for (const [stream, events] of byStream) await logs.put(options.group, stream, events);
    return told.length;
  };
}
