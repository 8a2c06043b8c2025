import { createGunzip } from 'node:zlib';

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
 * Unpacks members of gzip, one after the other. All that can be unpacked comes before the fault is thrown: a stream of
 * the library's would drop what it still holds.
 */
export async function* gunzipped(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer, undefined, undefined> {
  const gunzip = createGunzip();
  let ready: Buffer[] = [];
  let broken: Error | undefined;
  const closed = Promise.withResolvers<void>();
  gunzip.on('data', (chunk: Buffer) => ready.push(chunk));
  gunzip.on('error', (error) => {
    broken = error;
  });
  gunzip.on('close', () => closed.resolve());
  const taken = () => {
    const chunks = ready;
    ready = [];
    return chunks;
  };
  try {
    for await (const chunk of packed) {
      for (let at = 0; at < chunk.length && broken === undefined; at += STEP) {
        const written = new Promise<void>((done) => {
          gunzip.write(chunk.subarray(at, at + STEP), () => done());
        });
        await Promise.race([written, closed.promise]);
        yield* taken();
      }
      if (broken !== undefined) break;
    }
    if (broken === undefined) gunzip.end();
    await closed.promise;
    yield* taken();
  } finally {
    gunzip.destroy();
  }
  if (broken !== undefined) throw new BrokenGzip(broken.message);
  return undefined;
}
