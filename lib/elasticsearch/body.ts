import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createUnzip } from 'node:zlib';

/** Milliseconds for the body of an answer that has begun. */
const TIMEOUT = 60_000;

class TooLarge extends Error {}

/** The text of a body that comes as a stream; undefined: it has more bytes than this, packed or not, and was left. */
export async function textOf(body: unknown, encoding: string | undefined, limit: number): Promise<string | undefined> {
  if (!(body instanceof Readable)) throw new TypeError('Expected a stream.');
  const chunks: Buffer[] = [];
  let bytes = 0;
  const collect = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) {
      bytes += chunk.length;
      if (bytes > limit) throw new TooLarge();
      chunks.push(chunk);
    }
  };
  const signal = AbortSignal.timeout(TIMEOUT);
  try {
    if (/gzip|deflate/i.test(encoding ?? '')) await pipeline(body, createUnzip(), collect, { signal });
    else await pipeline(body, collect, { signal });
  } catch (error) {
    if (error instanceof TooLarge) return undefined;
    throw error;
  }
  return Buffer.concat(chunks).toString();
}
