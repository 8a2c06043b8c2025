import { once } from 'node:events';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { WrongUse } from '../../lib/problems/usage.ts';

/** Other machines can't reach it. */
const HOST = '127.0.0.1';

/** Bytes of a request: an address may name an object by names of 8,191 characters, each of up to nine bytes. */
const LONGEST = 512 * 1024;

interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/** Answers on this machine alone. `port` 0: a free one. Throws `WrongUse` where the port can't be had. */
export async function listenOn(port: number, makeApp: (port: number) => Hono): Promise<Listening> {
  let app: Hono | undefined;
  const server = createAdaptorServer({
    fetch: (request) => app?.fetch(request) ?? NOT_READY(),
    serverOptions: { maxHeaderSize: LONGEST },
  });
  server.listen(port, HOST);
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw new WrongUse(`--port ${port}: ${WHY[error.code ?? ''] ?? error.message}. Name another port.`);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('This machine gives no port.');
  app = makeApp(address.port);
  return {
    port: address.port,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}

const NOT_READY = () => new Response('Starting.', { status: 503 });

const WHY: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there, another review maybe',
  EACCES: 'there is no permission for it',
};
