import type { Client } from '@elastic/elasticsearch';
import { at } from '../../lambda/core/json.ts';
import { ask, bodyOf } from '../../lib/elasticsearch/ask.ts';
import type { Claim } from '../../lib/elasticsearch/template.ts';
import { differences } from '../operate/doctor/mapping.ts';

/**
 * What is wrong with the mapping that today's indices would get, a phrase each. Elasticsearch would map the first document
 * by itself where no template fits. Empty also where these credentials may not ask (`manage_index_templates`).
 */
export async function mappedOtherwise(client: Client, claims: readonly Claim[]): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const { template, names } of claims) {
    for (const name of names) {
      const answer = await ask(client, { method: 'POST', path: `/_index_template/_simulate_index/${name}` });
      const body = bodyOf(answer);
      const lacking = body === undefined ? [] : differences(at(body, 'template', 'mappings'), template);
      if (lacking.length > 0) faults.push(`${name} would not get our mapping (${lacking[0]})`);
    }
  }
  return faults;
}
