import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { listen } from '../listen.ts';

export type Outcome =
  | { readonly ok: true; readonly payload: unknown }
  | { readonly ok: false; readonly errorType: string; readonly errorMessage: string };

export interface Invocation {
  readonly id: string;
  readonly event: unknown;
  readonly arn: string;
  readonly timeoutMs: number;
}

export interface RuntimeApi {
  /** What `AWS_LAMBDA_RUNTIME_API` is set to. */
  readonly host: string;
  /**
   * Gives the event to the runtime once it asks for the next one, and waits for its answer until the deadline; the
   * time begins when the event is given. One at a time.
   */
  hand(invocation: Invocation): Promise<Outcome>;
  close(): void;
}

interface Pending {
  readonly invocation: Invocation;
  readonly settle: (outcome: Outcome) => void;
  timer?: NodeJS.Timeout;
}

const NEXT = '/2018-06-01/runtime/invocation/next';
const POSTED = /^\/2018-06-01\/runtime\/(?:(init)\/error|invocation\/([^/]+)\/(response|error))$/;

/** Lambda's Runtime API of 2018-06-01, for one process. */
export async function serveRuntimeApi(): Promise<RuntimeApi> {
  let pending: Pending | undefined;
  let asking: ServerResponse | undefined;

  const deliver = (): void => {
    if (pending === undefined || pending.timer !== undefined || asking === undefined) return;
    const { invocation, settle } = pending;
    pending.timer = setTimeout(() => settle(timedOut(invocation)), invocation.timeoutMs);
    asking.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': invocation.id,
      'lambda-runtime-deadline-ms': String(Date.now() + invocation.timeoutMs),
      'lambda-runtime-invoked-function-arn': invocation.arn,
    });
    asking.end(JSON.stringify(invocation.event ?? null));
    asking = undefined;
  };

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method === 'GET' && request.url === NEXT) {
      asking = response;
      return deliver();
    }
    const [, init, id, kind] = POSTED.exec(request.url ?? '') ?? [];
    const body = await text(request);
    const mine = pending !== undefined && (init !== undefined || pending.invocation.id === id);
    response.writeHead(mine ? 202 : 400).end();
    if (mine) pending?.settle(kind === 'response' ? { ok: true, payload: parsed(body) } : failed(body));
  };

  const server = createServer((request, response) => {
    take(request, response).catch(() => response.destroy());
  });
  return {
    host: `127.0.0.1:${await listen(server)}`,
    hand: (invocation) =>
      new Promise<Outcome>((done) => {
        const settle = (outcome: Outcome): void => {
          clearTimeout(pending?.timer);
          pending = undefined;
          done(outcome);
        };
        pending = { invocation, settle };
        deliver();
      }),
    close() {
      clearTimeout(pending?.timer);
      server.close();
      server.closeAllConnections();
    },
  };
}

const timedOut = ({ id, timeoutMs }: Invocation): Outcome => ({
  ok: false,
  errorType: 'Sandbox.Timedout',
  errorMessage: `RequestId: ${id} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
});

function failed(body: string): Outcome {
  const error = parsed(body);
  const named = typeof error === 'object' && error !== null ? error : {};
  return {
    ok: false,
    errorType: 'errorType' in named ? String(named.errorType) : 'Error',
    errorMessage: 'errorMessage' in named ? String(named.errorMessage) : body,
  };
}

const parsed = (body: string): unknown => (body === '' ? undefined : JSON.parse(body));
