import type { BulkItem } from '../../../lambda/core/bulk/bulk.ts';
import { markId } from '../../../lambda/core/document/parked.ts';
import { isoTime } from '../../../lambda/core/time.ts';
import type { Place } from '../../../lib/elasticsearch/documents.ts';
import type { ParkedLine } from './lines.ts';

/** What became of a parked line in the end. */
export type End =
  | ({ readonly outcome: 'indexed' | 'already indexed' } & Place)
  | { readonly outcome: 'dropped'; readonly by: string };

/**
 * What is written beside a parked line that was redriven, since it stays as it is. It is found by the line's time and
 * id, and has no reason of its own: nobody takes it for a parked line.
 */
export function markOf(line: ParkedLine, end: End, now: number): BulkItem {
  const { group, stream, eventId, ingestionTime } = line.origin;
  const body = {
    '@timestamp': isoTime(line.time),
    event: { id: line.id, ingested: isoTime(now) },
    orchestrator: { cluster: { name: line.cluster } },
    aws: {
      cloudwatch: {
        log_group: group,
        log_stream: stream,
        event_id: eventId,
        timestamp: isoTime(line.time),
        ingestion_time: isoTime(ingestionTime),
      },
    },
    parked: { redriven: end },
  };
  return { index: line.index, id: markId(line.id), body: JSON.stringify(body) };
}
