import type { IncomingMessage, ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import { printable } from '../../cli/printable.ts';
import { linesOfBatch } from './batch.ts';
import { Bodies, type Body } from './bodies.ts';
import { Full, type Spool } from './spool.ts';
import { Turns } from './turns.ts';

export interface RequestsOptions {
  readonly spool: Pick<Spool, 'append' | 'room'>;
  /** Whom a client's certificate must name (its common name); undefined: none is asked for. */
  readonly clientName: string | undefined;
  /** Gets a sentence of what was refused. */
  readonly say: (sentence: string) => void;
}

/** Bytes of a request's body, of all that are in memory, and of what is read of one that is refused. */
const LONGEST = 64 * 1024 * 1024;
const ALL = 80 * 1024 * 1024;
/** Bytes of those that are taken apart at a time: that takes several times as much. */
const AT_ONCE = 8 * 1024 * 1024;
const DRAINED = 256 * 1024 * 1024;
/** Characters of what a client says of itself. */
const SHOWN = 100;

interface Refusal {
  readonly status: number;
  readonly sentence: string;
}

/** Takes the batches of an API server: each is on disk before it is told so. */
export class Requests {
  readonly #options: RequestsOptions;
  readonly #bodies = new Bodies(ALL);
  readonly #turns = new Turns(AT_ONCE);

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
    try {
      const taken = await this.#bodies.hold(chunksOf(request), LONGEST, (body) => this.#keep(body));
      return taken === undefined ? { status: 503, sentence: TOO_MANY } : taken.refusal;
    } catch (error) {
      if (error instanceof Full) return { status: 503, sentence: error.message };
      if (request.destroyed) return { status: 400, sentence: 'A client went away in the middle of its batch.' };
      throw error;
    }
  }

  /** Where it fails in the middle some events are on disk already: they come again, and are known by their ids. */
  async #keep({ chunks, size }: Body): Promise<{ readonly refusal: Refusal | undefined }> {
    const { spool } = this.#options;
    if (size > LONGEST) return { refusal: tooLarge() };
    const lines = linesOfBatch(chunks);
    if (lines === undefined) return { refusal: { status: 400, sentence: NO_LIST } };
    await spool.room(size);
    await this.#turns.take(size, async () => {
      for await (const some of lines) await spool.append(some);
    });
    return { refusal: undefined };
  }
}

const TOO_MANY = 'Too many batches come at once: send this one again.';
const NO_LIST = 'Expected an EventList of audit.k8s.io, found something else.';

/** Leaves the request open when it is left. */
function chunksOf(request: IncomingMessage): AsyncIterable<Buffer> {
  return request.iterator({ destroyOnReturn: false });
}

/** Who is still sending hears no answer. */
async function drain(request: IncomingMessage): Promise<void> {
  let left = DRAINED;
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
