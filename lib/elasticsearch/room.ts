import type { Client } from '@elastic/elasticsearch';
import { coveragesOf } from '../../lambda/core/index-pattern.ts';
import { at } from '../../lambda/core/json.ts';
import { ask, bodyOf, isForbidden, isMissing } from './ask.ts';
import type { Room } from './shards.ts';

export type RoomAnswer =
  | { readonly kind: 'known'; readonly room: Room }
  /** `why` completes "not checked: …". */
  | { readonly kind: 'unknown'; readonly why: string };

const LIMIT = 'cluster.max_shards_per_node';

/** How many shards the cluster takes, and how many others have than the indices of these patterns. Takes the cluster privilege `monitor`. */
export async function readRoom(client: Client, indices: readonly string[]): Promise<RoomAnswer> {
  const ours = coveragesOf(indices).join(',');
  const answers = await Promise.all(
    [
      `/_cluster/settings?include_defaults=true&filter_path=*.${LIMIT}`,
      '/_cluster/health',
      `/_cluster/health/${ours}`,
    ].map((path) => ask(client, { method: 'GET', path })),
  );
  const [settings, health, own] = answers.map(bodyOf);
  if (answers.some(isForbidden)) return { kind: 'unknown', why: 'needs monitor' };
  if (answers.some(isMissing)) return { kind: 'unknown', why: 'this Elasticsearch tells nobody its limits' };
  const levels = ['transient', 'persistent', 'defaults'];
  const perNode = levels.map((level) => at(settings, level, ...LIMIT.split('.'))).find((value) => value !== undefined);
  const dataNodes = Number(at(health, 'number_of_data_nodes'));
  const others = Number(at(health, 'active_shards')) - Number(at(own, 'active_shards') ?? 0);
  const room = { perNode: Number(perNode), dataNodes, others };
  if (Object.values(room).every(Number.isFinite)) return { kind: 'known', room };
  return { kind: 'unknown', why: 'this Elasticsearch did not tell its limit' };
}
