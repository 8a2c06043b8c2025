import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type _Object, GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { faultOf, isPassing } from '../../../lambda/edges/aws-error.ts';
import type { Inputs, Place } from './inputs.ts';
import type { Input } from './source.ts';

/** How often a broken answer is asked for again, from where it broke. */
const ATTEMPTS = 5;
const PAUSE = 1000;

/** A client of the Region's, or of whatever Region a bucket turns out to be in. */
export function s3Client(region: string): S3Client {
  return new S3Client({ region, followRegionRedirects: true });
}

/**
 * The objects whose keys begin with the prefix, in the order of their keys. `pause`: milliseconds before a broken answer
 * is asked for again.
 */
export async function objectsAt(client: S3Client, { bucket, prefix }: Place, pause = PAUSE): Promise<Inputs> {
  const path = `s3://${bucket}/${prefix}`;
  const problem = (message: string) => ({ inputs: [], problems: [{ path, message }] });
  try {
    const inputs: Input[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix }))
      inputs.push(...Contents.flatMap((object) => inputOf(client, bucket, object, pause) ?? []));
    if (inputs.length > 0) return { inputs, problems: [] };
    return problem('There is no object whose key begins so: mend the address.');
  } catch (error) {
    const { name, message } = faultOf(error);
    return problem(`S3 does not list it (${name}: ${message}): it takes s3:ListBucket and s3:GetObject.`);
  }
}

/** undefined: it is what a console makes of a folder. */
function inputOf(
  client: S3Client,
  Bucket: string,
  { Key, Size = 0, LastModified, ETag }: _Object,
  pause: number,
): Input | undefined {
  if (Key === undefined || Key.endsWith('/')) return undefined;
  return {
    name: `s3://${Bucket}/${Key}`,
    size: Size,
    written: LastModified?.getTime() ?? 0,
    isPassing: false,
    folder: Key.split('/').at(-2) ?? '',
    open: () => bytesOf(client, { Bucket, Key, ...(ETag === undefined ? {} : { IfMatch: ETag }) }, pause),
  };
}

/** An answer may take hours to read, and break: then the rest is asked for, of the very same object. */
async function* bytesOf(
  client: S3Client,
  object: { readonly Bucket: string; readonly Key: string; readonly IfMatch?: string },
  pause: number,
): AsyncGenerator<Buffer, undefined, undefined> {
  let offset = 0;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const range = offset === 0 ? {} : { Range: `bytes=${offset}-` };
      const { Body } = await client.send(new GetObjectCommand({ ...object, ...range }));
      if (!(Body instanceof Readable)) throw new TypeError('Expected a stream.');
      for await (const chunk of Body) {
        offset += chunk.length;
        attempt = 1;
        yield chunk;
      }
      return undefined;
    } catch (error) {
      if (attempt === ATTEMPTS || !isPassing(error)) throw error;
      await sleep(attempt * pause);
    }
  }
}
