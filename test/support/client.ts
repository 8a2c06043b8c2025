import type { Client } from '@elastic/elasticsearch';
import { DEFAULT_INDEX } from '../../lambda/contract.ts';
import { elasticsearchClient } from '../../lambda/edges/elasticsearch.ts';
import type { Credentials } from '../../lambda/edges/secret.ts';

/** The forwarder's own client of a server without TLS. */
export function clientOf(url: string, credentials?: Credentials): Client {
  return elasticsearchClient({ url, secret: null, ca: null, index: DEFAULT_INDEX }, credentials);
}
