import { type CloudWatchLogs, startCloudWatchLogs } from '../../local/cloudwatch-logs/server.ts';
import { event } from '../support/builders.ts';

export interface Backlog {
  readonly group: string;
  /** Milliseconds: the first line's time, and over how long they are spread. */
  readonly from: number;
  readonly span: number;
  /** Of all messages together, about. */
  readonly bytes: number;
}

/** Each line is about so long. */
export const LINE_BYTES = 2000;
const AT_ONCE = 1000;

/** CloudWatch Logs with all that in it from the start. */
export async function startBacklog({ group, from, span, bytes }: Backlog): Promise<CloudWatchLogs> {
  const logs = await startCloudWatchLogs();
  const count = Math.round(bytes / LINE_BYTES);
  const empty = JSON.stringify(event({ auditID: '00000000', pad: '' })).length;
  const pad = 'x'.repeat(LINE_BYTES - empty);
  for (let first = 0; first < count; first += AT_ONCE) {
    const events = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, at) => ({
      timestamp: from + Math.floor(((first + at) * span) / count),
      message: JSON.stringify(event({ auditID: String(first + at).padStart(8, '0'), pad })),
    }));
    await logs.put(group, `kube-apiserver-audit-${String(first % 3).padStart(32, '0')}`, events);
  }
  return logs;
}
