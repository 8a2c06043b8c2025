import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DEFAULT_STREAM_PREFIX } from '../../../lambda/contract.ts';
import { WrongUse } from '../../../lib/problems/usage.ts';
import { sourceOf } from '../../../local/aws.ts';
import type { CloudWatchLogs } from '../../../local/cloudwatch-logs/server.ts';
import { feeder } from '../../../local/feed.ts';
import type { State } from './state.ts';

const STREAMS = 3;
const AT_ONCE = 2000;

/** A real audit log, one event a line. Throws `WrongUse` where it can't be read. */
export function readEvents(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const why =
      error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'there is no such file' : String(error);
    throw new WrongUse(`--events ${file}: expected a file with one audit event a line, but ${why}.`);
  }
}

/** Feeds a file's lines, each at the time of feeding; how many. A content that was fed before is not fed again: 0. */
export async function feedFile(content: Buffer, logs: CloudWatchLogs, state: State): Promise<number> {
  if (state.hasFed(content)) return 0;
  const lines = content
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '');
  const group = groupOf(state);
  for (let from = 0; from < lines.length; from += AT_ONCE) {
    const timestamp = Date.now();
    const part = lines.slice(from, from + AT_ONCE);
    for (let stream = 0; stream < STREAMS; stream += 1) {
      const events = part.filter((_, at) => at % STREAMS === stream).map((message) => ({ timestamp, message }));
      if (events.length > 0) await logs.put(group, streamName(state.cluster, stream), events);
    }
  }
  state.rememberFed(content);
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
