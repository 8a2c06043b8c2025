import type { Client } from '@elastic/elasticsearch';
import { afterAll, beforeAll } from 'vitest';
import { DEFAULT_INDEX } from '../../lambda/contract.ts';
import { elasticsearchClient } from '../../lambda/edges/elasticsearch.ts';
import type { Credentials } from '../../lambda/edges/secret.ts';
import { installTemplates } from '../../lib/elasticsearch/setup.ts';

/** The forwarder's own client of a server without TLS. */
export function clientOf(url: string, credentials?: Credentials): Client {
  return elasticsearchClient({ url, secret: null, ca: null, index: DEFAULT_INDEX }, credentials);
}

/** A client of a server that has our templates before the first test; closed after the last. */
export function preparedClient(url: string): Client {
  const client = clientOf(url);
  beforeAll(() => installTemplates(client));
  afterAll(() => client.close());
  return client;
}
