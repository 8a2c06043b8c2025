import { createHash } from 'node:crypto';
import { DEFAULT_STREAM_PREFIX } from '../../../lambda/contract.ts';
import { sourceOf } from '../../../local/aws.ts';
import type { CloudWatchLogs } from '../../../local/cloudwatch-logs/server.ts';
import { feeder } from '../../../local/feed.ts';
import type { State } from './state.ts';

const STREAMS = 3;
const AT_ONCE = 2000;

/** Feeds a file's lines, each at the time of feeding; how many. Those that were fed before are not fed again: 0. */
export async function feedFile(lines: readonly string[], logs: CloudWatchLogs, state: State): Promise<number> {
  if (state.hasFed(lines)) return 0;
  const group = groupOf(state);
  for (let from = 0; from < lines.length; from += AT_ONCE) {
    const timestamp = Date.now();
    const part = lines.slice(from, from + AT_ONCE);
    for (let stream = 0; stream < STREAMS; stream += 1) {
      const events = part.filter((_, at) => at % STREAMS === stream).map((message) => ({ timestamp, message }));
      if (events.length > 0) await logs.put(group, streamName(state.cluster, stream), events);
    }
  }
  state.rememberFed(lines);
  return lines.length;
}

/** EKS ends a stream's name with 32 hexadecimal digits. */
function streamName(cluster: string, stream: number): string {
  const digits = createHash('sha256').update(`${cluster}/${stream}`).digest('hex').slice(0, 32);
  return `${DEFAULT_STREAM_PREFIX}${digits}`;
}

/** How much of the sample cluster's past a start feeds at most: enough for a person to see something. */
const PAST = 10 * 60_000;

/** Each call feeds what has happened in the sample cluster since the last; how many lines, other streams included. */
export function samples(logs: CloudWatchLogs, state: State): () => Promise<number> {
  return feeder(logs, { group: groupOf(state), past: PAST });
}

function groupOf({ cluster }: State): string {
  return sourceOf(cluster).group;
}
