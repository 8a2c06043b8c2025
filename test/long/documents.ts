import type { Client, estypes } from '@elastic/elasticsearch';
import { at, textAt } from '../../lambda/core/json.ts';
import type { Found } from './truth.ts';

const PAGE = 5000;

/** Every document of a cluster's indices by its `event.id`, parked ones too; throws where that is not its `_id`. */
export async function documentsOf(client: Client, cluster: string): Promise<readonly Found[]> {
  const index = `logs-kubernetes.audit_*-${cluster}-*`;
  await client.indices.refresh({ index });
  const { id } = await client.openPointInTime({ index, keep_alive: '2m' });
  const found: Found[] = [];
  let after: estypes.SortResults | undefined;
  do {
    const { hits }: estypes.SearchResponse = await client.search({
      size: PAGE,
      pit: { id, keep_alive: '2m' },
      sort: [{ _shard_doc: 'asc' }],
      _source: ['event.id'],
      track_total_hits: false,
      ...(after === undefined ? {} : { search_after: after }),
    });
    for (const hit of hits.hits) {
      const eventId = textAt(at(hit, '_source'), 'event', 'id') ?? '';
      if (hit._id !== eventId) throw new Error(`${hit._index}: _id ${hit._id}, event.id ${eventId}`);
      found.push({ index: hit._index, id: eventId });
    }
    after = hits.hits.at(-1)?.sort;
  } while (after !== undefined);
  await client.closePointInTime({ id });
  return found;
}
