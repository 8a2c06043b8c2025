import type { Client } from '@elastic/elasticsearch';
import { DEFAULT_INDEX, type ElasticsearchSettings } from '../../../lambda/contract.ts';
import { ElasticsearchBulk, elasticsearchClient } from '../../../lambda/edges/elasticsearch.ts';
import type { Credentials } from '../../../lambda/edges/secret.ts';
import { roleDescriptor } from '../../../lib/elasticsearch/key.ts';
import type { SettingValue } from '../../../local/elasticsearch/config.ts';
import { startElasticsearch } from '../../../local/elasticsearch/start.ts';
import type { Major } from '../../../local/elasticsearch/versions.ts';

/** API keys can't be made on the test distribution, so their role descriptors are roles of users. */
const ROLES = {
  forwarder: roleDescriptor('write', [DEFAULT_INDEX]),
  reader: roleDescriptor('read', [DEFAULT_INDEX]),
  stranger: { indices: [{ names: ['elsewhere'], privileges: ['create_doc'] }] },
  powerless: { cluster: ['monitor'] },
};
export const PASSWORD = 'of-a-test-server';

export type Who = 'root' | keyof typeof ROLES;

export interface Guarded {
  readonly settings: ElasticsearchSettings;
  readonly as: (who: Who) => Credentials;
  readonly client: (who: Who) => Client;
  readonly sink: (who: Who) => ElasticsearchBulk;
  close(): Promise<void>;
}

/** A server behind TLS and passwords. */
export async function startGuarded(
  major: Major,
  settings: Readonly<Record<string, SettingValue>> = {},
): Promise<Guarded> {
  const names: readonly Who[] = ['forwarder', 'reader', 'stranger', 'powerless'];
  const users = [
    { name: 'root', password: PASSWORD, roles: ['superuser'] },
    ...names.map((name) => ({ name, password: PASSWORD, roles: [name] })),
  ];
  const security = { users, roles: ROLES };
  const server = await startElasticsearch({ major, tls: true, security, settings });
  const reached = {
    url: server.url,
    secret: null,
    ca: server.ca ?? null,
    index: DEFAULT_INDEX,
    profiles: ['ecs'],
  } as const;
  const as = (username: Who): Credentials => ({ username, password: PASSWORD });
  const clients: Client[] = [];
  return {
    settings: reached,
    as,
    client(who) {
      const client = elasticsearchClient(reached, as(who));
      clients.push(client);
      return client;
    },
    sink: (who) => new ElasticsearchBulk(reached, async () => as(who)),
    async close() {
      for (const client of clients) await client.close();
      await server.stop();
    },
  };
}
