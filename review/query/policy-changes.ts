import type { Client } from '@elastic/elasticsearch';
import type { Clock } from '../../lambda/ports.ts';
import { ElasticsearchSearch } from '../../lib/elasticsearch/search.ts';
import { CHANGING } from './change.ts';
import { POLICIES } from './questions/policy.ts';
import { type Row, rowOf } from './row.ts';
import { hitsOf, pageBody } from './timeline.ts';

/** The latest changes to policies, newest first. Waits out what passes; throws `Failed` when they can't be looked for. */
export async function latestChanges(
  client: Client,
  indices: string,
  size: number,
  clock: Clock,
): Promise<readonly Row[]> {
  const query = {
    bool: {
      filter: [{ terms: { 'kubernetes.audit.objectRef.resource': POLICIES } }, { terms: { 'event.action': CHANGING } }],
      // What was refused or only rehearsed changed nothing.
      must_not: [{ term: { 'event.outcome': 'failure' } }, { term: { 'kubernetes.audit.dryRun': true } }],
    },
  };
  const search = new ElasticsearchSearch({ client, url: 'Elasticsearch', indices, clock });
  return hitsOf(await search.search(pageBody(query, { size }))).map(rowOf);
}
