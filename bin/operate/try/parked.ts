import type { Client } from '@elastic/elasticsearch';
import { at } from '../../../lambda/core/json.ts';
import type { Clock } from '../../../lambda/ports.ts';
import { askPatiently } from '../../../lib/elasticsearch/ask.ts';
import { answered, TIMEOUT, WHOLE } from '../../../lib/elasticsearch/count.ts';

/** Parked lines by reason, most first. */
export type ParkedWhy = readonly (readonly [reason: string, lines: number])[];

/** Why lines are parked, of the indices of a pattern. Throws `Failed` when they can't be asked. */
export async function parkedWhy(client: Client, indices: string, clock: Clock): Promise<ParkedWhy> {
  const body = {
    size: 0,
    // A line that is too long for one document has several, numbered ones.
    query: { bool: { must_not: [{ range: { 'parked.part': { gt: 1 } } }] } },
    aggs: { reasons: { terms: { field: 'parked.reason', size: 50 } } },
  };
  const request = { method: 'POST', path: `/${indices}/_search?${WHOLE}`, body, timeout: TIMEOUT } as const;
  const answer = await askPatiently(client, request, { clock });
  const buckets = at(answered(answer, 'say why lines are parked', 'read'), 'aggregations', 'reasons', 'buckets');
  return (Array.isArray(buckets) ? buckets : []).map((one) => [String(at(one, 'key')), Number(at(one, 'doc_count'))]);
}
