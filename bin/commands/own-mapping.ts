import type { Client } from '@elastic/elasticsearch';
import type { Settings } from '../../lambda/contract.ts';
import { indicesOf } from '../../lambda/core/index-pattern.ts';
import { at } from '../../lambda/core/json.ts';
import { elasticsearchClient } from '../../lambda/edges/elasticsearch.ts';
import { credentialsReader } from '../../lambda/edges/secret.ts';
import type { Config } from '../../lib/config/config.ts';
import { ask, bodyOf } from '../../lib/elasticsearch/ask.ts';
import { type Claim, claimsOf } from '../../lib/elasticsearch/template.ts';
import { WrongUse } from '../../lib/problems/usage.ts';
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

/** Data streams stop a run by themselves; an index that Elasticsearch maps by itself would take every document. */
export async function refuseOtherMapping({ file }: Config, { elasticsearch, indexCluster }: Settings): Promise<void> {
  const client = elasticsearchClient(elasticsearch, await credentialsReader(elasticsearch.secret, process.env)());
  const faults: string[] = [];
  try {
    faults.push(...(await mappedOtherwise(client, claimsOf(indicesOf(elasticsearch), [indexCluster], Date.now()))));
  } finally {
    await client.close();
  }
  if (faults.length === 0) return;
  const message = `${faults.join('; ')}: run npx eks-audit elasticsearch setup.`;
  throw WrongUse.of([{ file, path: 'elasticsearch', message }]);
}
