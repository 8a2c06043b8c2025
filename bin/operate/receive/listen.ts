import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { WrongUse } from '../../../lib/problems/usage.ts';
import type { Tls } from './certificates.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Listening {
  readonly port: number;
  /** Ends what is connected: a client that is no longer trusted would go on for as long as it stays so. */
  use(tls: Tls): void;
  /** Lets what was begun be answered. */
  close(): Promise<void>;
}

/** Milliseconds after which who sends too slowly is cut off; connections may rest for longer between two requests. */
const PATIENCE = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 300_000,
  connectionsCheckingInterval: 2000,
};
const CONNECTIONS = 500;
/** Who looks whether anybody listens, and goes. */
const GONE = 'ECONNRESET';
/** For what was begun when the server closes. */
const GRACE = 5000;

/**
 * `tls` undefined: plain HTTP. `refused` hears why a client was refused before it could send. Throws `WrongUse` where the
 * address can't be had.
 */
export async function listen(
  { host, port }: Address,
  tls: Tls | undefined,
  answer: RequestListener,
  refused: (why: string) => void,
): Promise<Listening> {
  const server =
    tls === undefined
      ? createServer(PATIENCE, answer)
      : createTlsServer({ ...PATIENCE, handshakeTimeout: PATIENCE.headersTimeout, ...secured(tls) }, answer);
  server.maxConnections = CONNECTIONS;
  server.on('tlsClientError', (error: NodeJS.ErrnoException, { authorizationError }: TLSSocket) => {
    const why = String(authorizationError ?? error.code);
    if (why !== GONE) refused(why);
  });
  server.listen(port, host);
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw new WrongUse(`--listen ${host}:${port}: ${error.message}. Name another address.`);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('This machine gives no port.');
  return { port: address.port, use: (next) => renew(server, next), close: () => closed(server) };
}

function secured({ cert, key, ca }: Tls) {
  return { cert, key, ca, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2' } as const;
}

function renew(server: Server | TlsServer, tls: Tls): void {
  if ('setSecureContext' in server) server.setSecureContext(secured(tls));
  // A batch that is cut off comes again.
  server.closeAllConnections();
}

async function closed(server: Server | TlsServer): Promise<void> {
  const ended = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), GRACE);
  await ended;
  clearTimeout(late);
}
