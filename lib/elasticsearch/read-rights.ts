import type { Client } from '@elastic/elasticsearch';
import { at } from '../../lambda/core/json.ts';
import { ask, bodyOf, isMissing, refusalText } from './ask.ts';

/**
 * What is wrong with the right to read these indices, a sentence; undefined: nothing. Elasticsearch answers who may not
 * read with an empty list, so no rights would look like no events. Whoever is signed in may ask this about himself.
 */
export async function readFault(client: Client, url: string, indices: readonly string[]): Promise<string | undefined> {
  const body = { index: [{ names: indices, privileges: ['read'] }] };
  const answer = await ask(client, { method: 'POST', path: '/_security/user/_has_privileges', body });
  // Security is off there: everybody may read everything.
  if (isMissing(answer)) return undefined;
  const may = bodyOf(answer);
  if (may === undefined) return refusalText(url, answer, 'be asked what they may', 'none');
  const lacking = indices.filter((name) => at(may, 'index', name, 'read') !== true);
  if (lacking.length === 0) return undefined;
  return (
    `These credentials may not read ${lacking.join(', ')}, so what is there would look like nothing: ` +
    'set ELASTICSEARCH_API_KEY to a key that may (npx eks-audit elasticsearch key --read).'
  );
}
