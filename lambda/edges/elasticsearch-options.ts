import { rootCertificates } from 'node:tls';
import { Transport } from '@elastic/elasticsearch';
import type { ElasticsearchSettings } from '../contract.ts';
import type { Credentials } from './secret.ts';

/** Where a server is, and whom to trust; what else the settings say is no matter of the edge. */
export type Server = Pick<ElasticsearchSettings, 'url' | 'ca'> & Partial<ElasticsearchSettings>;

const COMPATIBLE = 'application/vnd.elasticsearch+json;compatible-with=8';

/** Speaks the language of 8.x, which 8.x and 9.x servers take; the client's own would be refused by 8.x. */
export class CompatibleTransport extends Transport {
  constructor(options: ConstructorParameters<typeof Transport>[0]) {
    super({
      ...options,
      vendoredHeaders: {
        jsonContentType: COMPATIBLE,
        ndjsonContentType: 'application/vnd.elasticsearch+x-ndjson;compatible-with=8',
        accept: `${COMPATIBLE},text/plain`,
      },
    });
  }
}

/** How requests are made. No retries: who calls decides what a refusal means. */
export const TRANSPORT_OPTIONS = {
  compression: true,
  maxRetries: 0,
  requestTimeout: 60_000,
  // An error would carry its connection, whose sockets hold the credentials as they were sent; and to replace them
  // the client clones the request byte by byte: a second and 250 MB for one of 1 MB.
  redaction: { type: 'remove' },
} as const;

/** How the server of these settings is reached. */
export function connectionOptions({ ca, proxy }: Server, credentials: Credentials | undefined) {
  return {
    ...(ca === null ? {} : { tls: { ca: [...rootCertificates, ca] } }),
    ...(proxy === undefined ? {} : { proxy }),
    ...(credentials === undefined ? {} : { auth: credentials }),
  };
}
