import type { Client } from '@elastic/elasticsearch';
import { at } from '../../lambda/core/json.ts';
import type { Clock } from '../../lambda/ports.ts';
import { askPatiently, bodyOf, isMissing, refusalText } from './ask.ts';

/**
 * Why the credentials may not read these indices; undefined: they may. A search says nothing of it: where names have a
 * wildcard, indices that one may not read are left out, as if there were none. Whoever is signed in may ask that.
 */
export async function readFault(
  client: Client,
  url: string,
  indices: readonly string[],
  clock: Clock,
): Promise<string | undefined> {
  const body = { index: [{ names: indices, privileges: ['read'] }] };
  const request = { method: 'POST', path: '/_security/user/_has_privileges', body } as const;
  const answer = await askPatiently(client, request, { clock });
  // Security is off there: everybody may do everything.
  if (isMissing(answer)) return undefined;
  const may = bodyOf(answer);
  if (may === undefined) return refusalText(url, answer, 'be asked what these credentials may read', 'read');
  const lacking = indices.filter((name) => at(may, 'index', name, 'read') !== true);
  if (lacking.length === 0) return undefined;
  return (
    `These credentials may not read ${lacking.join(' and ')} at ${url}, so events there would look like none. ` +
    'npx eks-audit elasticsearch key --read --create makes a key that may: set ELASTICSEARCH_API_KEY to it. ' +
    'Or name the indices that they may read with --index.'
  );
}
