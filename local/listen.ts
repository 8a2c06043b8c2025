import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Lets a server listen on 127.0.0.1 alone, on a free port unless one is named: which it got. */
export async function listen(server: Server, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('This machine gives no free port.');
  return address.port;
}

/** Free when asked; another process may take it before the server does, and then the server says so. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  const port = await listen(probe);
  await once(probe.close(), 'close');
  return port;
}
