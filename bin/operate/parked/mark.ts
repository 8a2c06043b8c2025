import type { BulkItem } from '../../../lambda/core/bulk/bulk.ts';
import { extractor } from '../../../lambda/core/document/extractor.ts';
import { markId } from '../../../lambda/core/document/parked.ts';
import { origin } from '../../../lambda/core/document/profiles/ecs.ts';
import { isoTime } from '../../../lambda/core/time.ts';
import type { Place } from '../../../lib/elasticsearch/documents.ts';
import type { ParkedLine } from './lines.ts';

/** What became of a parked line in the end. */
export type End =
  | ({ readonly outcome: 'indexed' | 'already indexed' } & Place)
  | { readonly outcome: 'dropped'; readonly by: string };

const extractOrigin = extractor(origin);

/**
 * What is written beside a parked line that was redriven, since it stays as it is. It is found by the line's time and
 * id, and has no reason of its own: nobody takes it for a parked line.
 */
export function markOf(line: ParkedLine, end: End, now: number): BulkItem {
  const { id, time, cluster } = line;
  const read = { message: '', timestamp: time, origin: line.origin };
  const recorded = { event: {}, line: read, cluster: { name: cluster, indexName: '' }, id, time, ingested: now };
  const body = {
    ...extractOrigin({ ...recorded, original: '' }).tree,
    '@timestamp': isoTime(time),
    event: { id, ingested: isoTime(now) },
    orchestrator: { cluster: { name: cluster } },
    parked: { redriven: end },
  };
  return { index: line.index, id: markId(line.id), body: JSON.stringify(body) };
}
