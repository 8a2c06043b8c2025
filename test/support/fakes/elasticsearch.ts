import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { gunzipSync } from 'node:zlib';

export interface Recorded {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Bytes on the wire. */
  readonly sent: number;
  /** What was sent, unzipped. */
  readonly text: string;
}

export interface Said {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RecordingServer {
  readonly url: string;
  readonly requests: readonly Recorded[];
  close(): Promise<void>;
}

/** What Elasticsearch's test distribution says of an endpoint that it lacks. */
export const MISSING: Said = { status: 400, body: { error: 'no handler found for uri [/x] and method [GET]' } };

export function denied(action = 'cluster:admin/x'): Said {
  const reason = `action [${action}] is unauthorized for user [somebody]`;
  return { status: 403, body: { error: { type: 'security_exception', reason }, status: 403 } };
}

/** Writes down each request and answers what `say` says: for what no real server here can be made to answer. */
export async function startRecording(say: (request: Recorded) => Said | Promise<Said>): Promise<RecordingServer> {
  const requests: Recorded[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    const answer = async () => {
      const raw = Buffer.concat(chunks);
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString();
      const { method = '', url: path = '', headers } = request;
      const recorded = { method, path, headers, sent: raw.length, text };
      requests.push(recorded);
      const { status = 200, body = {}, headers: more } = await say(recorded);
      response.sendDate = false;
      response.writeHead(status, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch', ...more });
      response.end(JSON.stringify(body));
    };
    request.on('end', () => void answer());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The recording server has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Answers by `METHOD /path` without its query, the longest that fits; what is not listed is missing there. */
export function answering(answers: Readonly<Record<string, Said>>): (request: Recorded) => Said {
  return ({ method, path }) => {
    const line = `${method} ${path.split('?')[0]}`;
    const [found] = Object.keys(answers)
      .filter((key) => line.startsWith(key))
      .sort((a, b) => b.length - a.length);
    return (found === undefined ? undefined : answers[found]) ?? MISSING;
  };
}
