import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { bytesOf } from '../intake/bytes.ts';
import type { LogText, Seen } from './folder.ts';

interface Unpacked {
  readonly key: string;
  readonly file: FileHandle;
  readonly fault: string | undefined;
}

/**
 * The text of the packed file that was opened last, in a file without a name: it is read in pieces, some of them
 * several times, and goes with the process.
 */
export class Unpacking {
  readonly #scratch: string;
  #last: Unpacked | undefined;

  constructor(scratch: string) {
    this.#scratch = scratch;
  }

  /** Takes the packed file over. */
  async open(
    packed: FileHandle,
    { device, inode, size, modified }: Omit<Seen, 'name'>,
  ): Promise<Pick<LogText, 'read' | 'fault' | 'close'>> {
    const key = [device, inode, size, modified].join('/');
    if (this.#last?.key !== key) {
      await this.close();
      this.#last = { key, ...(await this.#unpack(packed)) };
    }
    const { file, fault } = this.#last;
    return {
      read: (from, length) => bytesOf(file, from, length),
      fault: () => fault,
      close: () => packed.close(),
    };
  }

  async close(): Promise<void> {
    await this.#last?.file.close();
    this.#last = undefined;
  }

  async #unpack(packed: FileHandle): Promise<Omit<Unpacked, 'key'>> {
    const path = join(this.#scratch, 'unpacked');
    await rm(path, { force: true });
    const file = await open(path, 'wx+', 0o600);
    await rm(path);
    try {
      return { file, fault: await pour(packed, file) };
    } catch (error) {
      await file.close();
      throw error;
    }
  }
}

/** Why it is not the whole; undefined: it is. */
async function pour(packed: FileHandle, file: FileHandle): Promise<string | undefined> {
  const gunzip = createGunzip();
  const source = packed.createReadStream({ autoClose: false, start: 0 });
  source.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const bytes of source.pipe(gunzip)) await file.appendFile(bytes);
    return undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) return error.message;
    throw error;
  } finally {
    source.destroy();
  }
}
