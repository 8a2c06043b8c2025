import type { Client } from '@elastic/elasticsearch';
import { isForbidden, refusalText } from '../../../lib/elasticsearch/ask.ts';
import { readCalicoClaims } from '../../../lib/elasticsearch/calico.ts';
import { notChecked, ok, type Verdict, wrong } from '../reach/verdict.ts';

/** Whether Calico's own templates claim our names. */
export async function calicoVerdict(
  client: Client,
  url: string,
  indexClusters: readonly string[],
  now: number,
): Promise<Verdict> {
  const claims = await readCalicoClaims(client, indexClusters, now);
  if (claims.kind === 'unknown')
    return isForbidden(claims.answer)
      ? notChecked('needs manage_index_templates')
      : wrong(refusalText(url, claims.answer, 'list index templates', 'manage_index_templates'));
  if (claims.rivals.length > 0) return wrong(claims.rivals.join(' '));
  return ok(claims.beaten.join(' ') || 'No other index template claims the names of Calico’s profile.');
}
