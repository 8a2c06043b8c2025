import type { IncomingMessage, ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import { printable } from '../../cli/printable.ts';
import { linesOfBatch } from './batch.ts';
import { Full } from './spool.ts';

export interface RequestsOptions {
  readonly spool: { append(lines: Buffer): Promise<void> };
  /** Whom a client's certificate must name (its common name); undefined: none is asked for. */
  readonly clientName: string | undefined;
  /** Gets a sentence of what was refused. */
  readonly say: (sentence: string) => void;
}

/** Bytes of a request's body, and of all that are read at a time. */
const LONGEST = 64 * 1024 * 1024;
const ALL = 256 * 1024 * 1024;
/** Characters of what a client says of itself. */
const SHOWN = 100;

interface Refusal {
  readonly status: number;
  readonly sentence: string;
}

/** Takes the batches of an API server: each is on disk before it is told so. */
export class Requests {
  readonly #options: RequestsOptions;
  #held = 0;

  constructor(options: RequestsOptions) {
    this.#options = options;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = refusalOf(request, this.#options.clientName) ?? (await this.#take(request));
    if (refusal !== undefined) await drain(request);
    if (request.destroyed && !request.complete) return;
    if (refusal === undefined) {
      response.writeHead(200).end();
      return;
    }
    this.#options.say(refusal.sentence);
    // What is not read of the body must not be taken for the next request.
    const close = request.complete ? {} : { connection: 'close' };
    const again = refusal.status === 503 ? { 'retry-after': '5' } : {};
    response
      .writeHead(refusal.status, { 'content-type': 'text/plain', ...close, ...again })
      .end(`${refusal.sentence}\n`);
  }

  async #take(request: IncomingMessage): Promise<Refusal | undefined> {
    let own = 0;
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of chunksOf(request)) {
        own += chunk.length;
        this.#held += chunk.length;
        if (own > LONGEST) return tooLarge();
        if (this.#held > ALL) return { status: 503, sentence: 'Too many batches come at once: send this one again.' };
        chunks.push(chunk);
      }
      const lines = linesOfBatch(chunks);
      if (lines === undefined)
        return { status: 400, sentence: 'Expected an EventList of audit.k8s.io, found something else.' };
      // Where it fails in the middle some events are on disk already: they come again, and are known by their ids.
      for await (const some of lines) await this.#options.spool.append(some);
      return undefined;
    } catch (error) {
      if (error instanceof Full) return { status: 503, sentence: error.message };
      if (request.destroyed) return { status: 400, sentence: 'A client went away in the middle of its batch.' };
      throw error;
    } finally {
      this.#held -= own;
    }
  }
}

/** Leaves the request open when it is left. */
function chunksOf(request: IncomingMessage): AsyncIterable<Buffer> {
  return request.iterator({ destroyOnReturn: false });
}

/** Who is still sending hears no answer. */
async function drain(request: IncomingMessage): Promise<void> {
  let left = ALL;
  try {
    for await (const chunk of chunksOf(request)) {
      left -= chunk.length;
      if (left < 0) return;
    }
  } catch {
    // The client went away.
  }
}

function tooLarge(): Refusal {
  const sentence = `A batch has more than ${LONGEST} bytes: set --audit-webhook-batch-max-size or --audit-webhook-truncate-enabled of the API server.`;
  return { status: 413, sentence };
}

/** What is wrong with a request before its body is read. */
function refusalOf(request: IncomingMessage, clientName: string | undefined): Refusal | undefined {
  const { method, headers, socket } = request;
  if (clientName !== undefined) {
    const found = socket instanceof TLSSocket ? commonName(socket) : undefined;
    if (found !== clientName)
      return {
        status: 403,
        sentence: `Expected a client named ${clientName}, found ${printable(found ?? 'none', SHOWN)}.`,
      };
  }
  if (method !== 'POST') return { status: 405, sentence: `Expected POST, found ${method}.` };
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/json')
    return {
      status: 415,
      sentence: `Expected application/json, found ${printable(type, SHOWN) || 'no content type'}.`,
    };
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity')
    return {
      status: 415,
      sentence: `Expected a body as it is, found one that is encoded (${printable(encoding, SHOWN)}).`,
    };
  return Number(headers['content-length'] ?? 0) > LONGEST ? tooLarge() : undefined;
}

function commonName(socket: TLSSocket): string | undefined {
  const name: unknown = socket.authorized ? socket.getPeerCertificate().subject?.CN : undefined;
  return typeof name === 'string' ? name : undefined;
}
