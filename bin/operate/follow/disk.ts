import type { BigIntStats } from 'node:fs';
import { lstat, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesOf } from '../intake/bytes.ts';
import { syncFolder } from '../intake/state-file.ts';
import type { LogFolder, LogText, Seen } from './folder.ts';
import { isPacked } from './names.ts';
import { Unpacking } from './unpacking.ts';

/** Of a folder that holds thousands. */
const AT_ONCE = 100;

/** A folder on the disk. */
export class DiskFolder implements LogFolder {
  readonly #folder: string;
  readonly #unpacking: Unpacking;

  /** `scratch`: a folder for the text of the packed file that is read just now. */
  constructor(folder: string, scratch: string) {
    this.#folder = folder;
    this.#unpacking = new Unpacking(scratch);
  }

  async list(wanted: (name: string) => boolean): Promise<readonly Seen[]> {
    const names = (await readdir(this.#folder)).filter(wanted);
    const found: Seen[] = [];
    for (let from = 0; from < names.length; from += AT_ONCE) {
      const seen = await Promise.all(names.slice(from, from + AT_ONCE).map((name) => this.#see(name)));
      found.push(...seen.filter((each) => each !== undefined));
    }
    return found;
  }

  async #see(name: string): Promise<Seen | undefined> {
    const stats = await unlessGone(statOf(join(this.#folder, name)));
    if (stats?.isFile() === true) return { name, ...identityOf(stats) };
    // Nobody knows how much is behind it.
    return stats?.isSymbolicLink() === true ? { name, ...identityOf(stats), size: 0 } : undefined;
  }

  async open(name: string): Promise<LogText | undefined> {
    const file = await unlessGone(open(join(this.#folder, name)));
    if (file === undefined) return undefined;
    try {
      const identity = identityOf(await file.stat({ bigint: true }));
      if (isPacked(name)) return { ...identity, ...(await this.#unpacking.open(file, identity)) };
      return {
        ...identity,
        read: (from, length) => bytesOf(file, from, length),
        fault: () => undefined,
        close: () => file.close(),
      };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.#folder, name), { force: true });
    await syncFolder(this.#folder);
  }

  async close(): Promise<void> {
    await this.#unpacking.close();
  }
}

/** Of a link that leads nowhere else than to a fault its own: who opens it meets the fault. */
async function statOf(path: string): Promise<BigIntStats> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if (isGone(error)) throw error;
    return await lstat(path, { bigint: true });
  }
}

function identityOf({ dev, ino, size, mtimeNs }: BigIntStats): Omit<Seen, 'name'> {
  return { device: String(dev), inode: String(ino), size: Number(size), modified: Number(mtimeNs) / 1e6 };
}

async function unlessGone<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
