import type { Client } from '@elastic/elasticsearch';
import { at } from '../../lambda/core/json.ts';
import type { Clock } from '../../lambda/ports.ts';
import { Failed } from '../problems/usage.ts';
import { type Answer, askPatiently, bodyOf, refusalText } from './ask.ts';

/** Milliseconds: a refresh may take its time. */
export const TIMEOUT = 60_000;
/** An index that is not there yet holds nothing. */
const LENIENT = 'allow_no_indices=true&ignore_unavailable=true';
/** Of an index made a moment ago, whose shard can't be asked yet, nothing would be said, as if it were empty. */
export const WHOLE = `${LENIENT}&allow_partial_search_results=false`;

/**
 * Documents in the indices of a pattern after a refresh; null where the key may not read. Waits out what passes; throws
 * `Failed` when they can't be counted.
 */
export async function countDocuments(client: Client, indices: string, clock: Clock): Promise<number | null> {
  const post = (path: string) => askPatiently(client, { method: 'POST', path, timeout: TIMEOUT }, { clock });
  const refreshed = await post(`/${indices}/_refresh?${LENIENT}`);
  if (isRefused(refreshed)) return null;
  answered(refreshed, 'refresh the indices', 'maintenance');
  const found = await post(`/${indices}/_search?${WHOLE}&size=0&track_total_hits=true`);
  if (isRefused(found)) return null;
  return Number(at(answered(found, 'count the documents', 'read'), 'hits', 'total', 'value'));
}

function isRefused(answer: Answer): boolean {
  return answer.kind === 'answered' && (answer.status === 401 || answer.status === 403);
}

/** The body; throws `Failed` with a sentence where there is none. */
export function answered(answer: Answer, doing: string, privilege: string): unknown {
  const body = bodyOf(answer);
  if (body === undefined) throw new Failed(refusalText('Elasticsearch', answer, doing, privilege));
  return body;
}
