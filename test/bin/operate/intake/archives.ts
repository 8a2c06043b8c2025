import { gzipSync } from 'node:zlib';
import type { CloudWatchLine } from '../../../../lambda/core/line.ts';
import { CLUSTER } from '../../../support/builders.ts';

const ITEM = '{"kind":"Event","apiVersion":"audit.k8s.io/v1",';
const OTHER = { stream: 'authenticator-0123456789abcdef0123456789abcdef', message: 'time="2026" level=info' };

/** The lines of a log group as each kind of archive holds them. */
export const ARCHIVES = {
  'kube-audit.log': (lines: readonly CloudWatchLine[]) =>
    Buffer.from(lines.map(({ message }) => `${message}\n`).join('')),
  'kube-audit-2026-11-21T12-00-00.000.log.gz': (lines: readonly CloudWatchLine[]) =>
    gzipSync(lines.map(({ message }) => `${message}\n`).join('')),
  'list.json': (lines: readonly CloudWatchLine[]) => {
    const items = lines.map(({ message }) => message.replace(ITEM, '{'));
    return Buffer.from(
      `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${items.join(',')}]}\n`,
    );
  },
  'export/kube-apiserver-audit-0123456789abcdef0123456789abcdef/000000.gz': (lines: readonly CloudWatchLine[]) =>
    gzipSync(lines.map(({ message, timestamp }) => `${new Date(timestamp).toISOString()} ${message}\n`).join('')),
  'firehose.gz': (lines: readonly CloudWatchLine[]) =>
    gzipSync(Buffer.concat(messagesOf(lines).map((each) => gzipSync(each)))),
  'filter-log-events.json': (lines: readonly CloudWatchLine[]) => {
    const events = lines.map(({ message, timestamp, origin: { stream, eventId, ingestionTime } }) => ({
      ...{ logStreamName: stream, timestamp, message, ingestionTime, eventId },
    }));
    const other = { logStreamName: OTHER.stream, timestamp: 1, message: OTHER.message, ingestionTime: 1, eventId: '1' };
    return Buffer.from(JSON.stringify({ events: [...events, other], searchedLogStreams: [] }, null, 4));
  },
} as const;

function messagesOf(lines: readonly CloudWatchLine[]): readonly string[] {
  const data = (logStream: string, logEvents: readonly object[]) =>
    JSON.stringify({
      ...{ messageType: 'DATA_MESSAGE', owner: CLUSTER.source.account, logGroup: CLUSTER.source.group, logStream },
      ...{ subscriptionFilters: ['all'], logEvents },
    });
  return [
    JSON.stringify({
      ...{
        messageType: 'CONTROL_MESSAGE',
        owner: 'CloudwatchLogs',
        logGroup: '',
        logStream: '',
        subscriptionFilters: [],
      },
      logEvents: [{ id: '', timestamp: 1, message: 'CWL CONTROL MESSAGE: Checking health of destination Firehose.' }],
    }),
    ...lines.map(({ message, timestamp, origin }) => data(origin.stream, [{ id: origin.eventId, timestamp, message }])),
    data(OTHER.stream, [{ id: '1', timestamp: 1, message: OTHER.message }]),
  ];
}
