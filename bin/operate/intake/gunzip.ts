import { createGunzip, type Gunzip } from 'node:zlib';

/** Thrown behind all that could be unpacked: what is packed is cut or broken. */
export class BrokenGzip extends Error {
  override readonly name = 'BrokenGzip';
}

const MAGIC = [0x1f, 0x8b];
/** Of what is packed, bytes: they may become a thousand times as many. */
const STEP = 16 * 1024;

export function isGzip(bytes: Buffer): boolean {
  return bytes[0] === MAGIC[0] && bytes[1] === MAGIC[1];
}

/**
 * Unpacks members of gzip, one after the other. All that can be unpacked comes before the fault is thrown. The library
 * drops what it made of a step that ends in a fault, so a second one stays a step behind the first, and takes that step
 * byte by byte.
 */
export async function* gunzipped(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer, undefined, undefined> {
  const [unpacker, second] = [new Unpacker(), new Unpacker()];
  let before: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of packed) {
      for (let at = 0; at < chunk.length; at += STEP) {
        const step = chunk.subarray(at, at + STEP);
        const found = await unpacker.take(step);
        yield* found;
        await second.take(before);
        if (unpacker.fault !== undefined) yield* behind(second, step, lengthOf(found));
        if (unpacker.fault !== undefined) throw unpacker.fault;
        before = step;
      }
    }
    yield* await unpacker.end();
    if (unpacker.fault !== undefined) throw unpacker.fault;
  } finally {
    unpacker.close();
    second.close();
  }
  return undefined;
}

/** What comes of a step before its fault, behind so many bytes of it. */
async function* behind(unpacker: Unpacker, step: Buffer, bytes: number): AsyncGenerator<Buffer, undefined, undefined> {
  let left = bytes;
  for (let at = 0; at < step.length && unpacker.fault === undefined; at += 1) {
    for (const chunk of await unpacker.take(step.subarray(at, at + 1))) {
      const part = Math.min(left, chunk.length);
      left -= part;
      if (part < chunk.length) yield chunk.subarray(part);
    }
  }
  return undefined;
}

function lengthOf(chunks: readonly Buffer[]): number {
  return chunks.reduce((sum, { length }) => sum + length, 0);
}

class Unpacker {
  readonly #gunzip: Gunzip = createGunzip();
  readonly #closed = Promise.withResolvers<void>();
  #ready: Buffer[] = [];
  fault: BrokenGzip | undefined;

  constructor() {
    this.#gunzip.on('data', (chunk: Buffer) => this.#ready.push(chunk));
    this.#gunzip.on('error', (error) => {
      this.fault = new BrokenGzip(error.message);
    });
    this.#gunzip.on('close', () => this.#closed.resolve());
  }

  /** What comes of these bytes; where they are broken, perhaps not all of it. */
  async take(bytes: Buffer): Promise<readonly Buffer[]> {
    const written = new Promise<void>((done) => {
      this.#gunzip.write(bytes, () => done());
    });
    await Promise.race([written, this.#closed.promise]);
    return this.#taken();
  }

  async end(): Promise<readonly Buffer[]> {
    this.#gunzip.end();
    await this.#closed.promise;
    return this.#taken();
  }

  close(): void {
    this.#gunzip.destroy();
  }

  #taken(): readonly Buffer[] {
    const chunks = this.#ready;
    this.#ready = [];
    return chunks;
  }
}
