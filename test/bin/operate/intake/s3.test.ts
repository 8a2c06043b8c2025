import { Readable } from 'node:stream';
import { GetObjectCommand, type GetObjectCommandOutput, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test } from 'vitest';
import { objectsAt } from '../../../../bin/operate/intake/s3.ts';
import { unpacked } from '../../../../bin/operate/intake/source.ts';
import { NOON } from '../../../support/builders.ts';

const s3 = mockClient(S3Client);
beforeEach(() => void s3.reset());
const place = { bucket: 'logs', prefix: 'export/' };
const found = () => objectsAt(new S3Client({ region: 'eu-west-1' }), place, 0);
const object = (Key: string) => ({ Key, Size: 7, LastModified: new Date(NOON), ETag: '"tag"' });

/** An answer with these pieces, which breaks behind them where a fault is given. */
function bodyOf(pieces: readonly string[], fault?: Error): Pick<GetObjectCommandOutput, 'Body'> {
  async function* chunks() {
    for (const piece of pieces) yield Buffer.from(piece);
    if (fault !== undefined) throw fault;
  }
  // The SDK puts methods of its own on the stream, of which none is called.
  return { Body: Readable.from(chunks()) as NonNullable<GetObjectCommandOutput['Body']> };
}

const broken = Object.assign(new Error('aborted'), { code: 'ECONNRESET' });

async function read(): Promise<string> {
  const { inputs } = await found();
  const chunks: Buffer[] = [];
  for await (const chunk of inputs[0]?.open() ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('objects of S3', () => {
  test('are all whose keys begin so, page by page, without what stands for folders', async () => {
    s3.on(ListObjectsV2Command, { ContinuationToken: 'more' }).resolves({ Contents: [object('export/b/2.gz')] });
    s3.on(ListObjectsV2Command, { ContinuationToken: undefined }).resolves({
      ...{ Contents: [object('export/'), object('export/a/1.gz')], IsTruncated: true, NextContinuationToken: 'more' },
    });
    const { inputs, problems } = await found();
    expect(problems).toEqual([]);
    expect(inputs).toMatchObject([
      { name: 's3://logs/export/a/1.gz', size: 7, written: NOON, folder: 'a', isPassing: false },
      { name: 's3://logs/export/b/2.gz', folder: 'b' },
    ]);
  });

  test.each([
    ['none', {}, 'There is no object whose key begins so: mend the address.'],
    ['that nobody may list', new Error('no right'), 'S3 does not list it (Error: no right): it takes s3:ListBucket'],
  ])('%s are told in a sentence', async (_, answer, said) => {
    if (answer instanceof Error) s3.on(ListObjectsV2Command).rejects(answer);
    else s3.on(ListObjectsV2Command).resolves(answer);
    const { inputs, problems } = await found();
    expect(inputs).toEqual([]);
    expect(problems).toMatchObject([{ path: 's3://logs/export/', message: expect.stringContaining(said) }]);
  });

  test('are read as often as one likes', async () => {
    s3.on(ListObjectsV2Command).resolves({ Contents: [object('export/a/1.gz')] });
    s3.on(GetObjectCommand).callsFake(() => bodyOf(['a', 'b']));
    const { inputs } = await found();
    for (const _ of [1, 2]) expect((await unpacked(inputs[0]?.open() ?? s3Nothing())).head.toString()).toBe('ab');
  });

  test('whose answer breaks are read on from there, as long as they are the same', async () => {
    s3.on(ListObjectsV2Command).resolves({ Contents: [object('export/a/1.gz')] });
    const answers = [bodyOf(['abc'], broken), bodyOf(['de'], broken), bodyOf(['f'])];
    s3.on(GetObjectCommand).callsFake(() => answers.shift());
    expect(await read()).toBe('abcdef');
    const asked = s3.commandCalls(GetObjectCommand).map(({ args: [{ input }] }) => input);
    expect(asked.map(({ Range }) => Range)).toEqual([undefined, 'bytes=3-', 'bytes=5-']);
    expect(new Set(asked.map(({ IfMatch }) => IfMatch))).toEqual(new Set(['"tag"']));
  });

  test('that break again and again are given up', async () => {
    s3.on(ListObjectsV2Command).resolves({ Contents: [object('export/a/1.gz')] });
    s3.on(GetObjectCommand).callsFake(() => bodyOf([], broken));
    await expect(read()).rejects.toThrow('aborted');
    expect(s3.commandCalls(GetObjectCommand)).toHaveLength(5);
  });

  test('that nobody may read are asked for once', async () => {
    s3.on(ListObjectsV2Command).resolves({ Contents: [object('export/a/1.gz')] });
    s3.on(GetObjectCommand).rejects(new Error('AccessDenied'));
    await expect(read()).rejects.toThrow('AccessDenied');
    expect(s3.commandCalls(GetObjectCommand)).toHaveLength(1);
  });
});

async function* s3Nothing(): AsyncGenerator<Buffer> {}
