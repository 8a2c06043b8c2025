import { Client, HttpConnection } from '@elastic/elasticsearch';
import { CompatibleTransport, connectionOptions, type Server, TRANSPORT_OPTIONS } from './elasticsearch-options.ts';
import type { Credentials } from './secret.ts';

/** The function takes it from there, without the client. */
export { ElasticsearchBulk } from './bulk.ts';

/** A client for the server of these settings and all of its API, for commands; the function's bundle has none. */
export function elasticsearchClient(settings: Server, credentials: Credentials | undefined): Client {
  return new Client({
    node: settings.url,
    Transport: CompatibleTransport,
    Connection: HttpConnection,
    ...TRANSPORT_OPTIONS,
    ...connectionOptions(settings, credentials),
  });
}
