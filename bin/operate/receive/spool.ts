import { chmod, constants, type FileHandle, open, readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesOf } from '../intake/bytes.ts';
import { makeFolder, syncFolder } from '../intake/state-file.ts';
import { withoutHalf } from './half-line.ts';

export interface SpoolOptions {
  /** Made where there is none; for this user alone. */
  readonly folder: string;
  /** Bytes that all segments may have together. */
  readonly most: number;
  /** Bytes at which a segment is followed by the next. */
  readonly segment?: number;
  /** Bytes that are free where the folder is. */
  readonly free?: () => Promise<number>;
}

/** The spool takes no more just now; the message is a sentence. */
export class Full extends Error {
  override readonly name = 'Full';
}

interface Waiting {
  readonly bytes: Buffer;
  readonly turns: boolean;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

interface Segment {
  readonly file: FileHandle;
  /** Behind its last whole line. */
  size: number;
}

const SEGMENT = 16 * 1024 * 1024;
/** Bytes that stay free: on a disk that is full nobody could note what was passed on, and so remove it. */
const HEADROOM = 8 * 1024 * 1024;
const NEWLINE = 0x0a;

/** Lines on disk until they are passed on: numbered segments, which are removed when they are. */
export class Spool {
  readonly #options: SpoolOptions;
  readonly #sizes: Map<number, number>;
  #segment: Segment | undefined;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #last: number;

  private constructor(options: SpoolOptions, sizes: Map<number, number>) {
    this.#options = options;
    this.#sizes = sizes;
    this.#last = Math.max(0, ...sizes.keys());
  }

  static async open(options: SpoolOptions): Promise<Spool> {
    const { folder } = options;
    await makeFolder(folder);
    await chmod(folder, 0o700);
    const sizes = new Map<number, number>();
    for (const name of await readdir(folder)) {
      const number = numberOf(name);
      if (number !== undefined) sizes.set(number, (await stat(join(folder, name))).size);
    }
    const last = Math.max(...sizes.keys());
    if (sizes.size > 0) sizes.set(last, await withoutHalf(join(folder, nameOf(last))));
    return new Spool(options, sizes);
  }

  /** Bytes of all segments. */
  get size(): number {
    return [...this.#sizes.values()].reduce((sum, size) => sum + size, 0);
  }

  /** Throws `Full` where so many bytes have no room just now. */
  room(bytes: number): Promise<void> {
    return this.#lettingGo(this.#measure(bytes));
  }

  async #measure(bytes: number): Promise<void> {
    const { most, folder, free = () => freeIn(folder) } = this.#options;
    if (this.size + bytes > most) throw new Full(`The spool ${folder} holds ${this.size} bytes and may hold ${most}.`);
    const left = await free();
    if (left < bytes + HEADROOM) throw new Full(`The disk of the spool ${folder} is full: ${left} bytes are free.`);
  }

  /** Done when the whole lines are on disk for good. Those that come meanwhile go there together. Throws `Full`. */
  append(bytes: Buffer): Promise<void> {
    return this.#lettingGo(this.#queue({ bytes, turns: false }));
  }

  /** Where it is full all of it can be removed once it is passed on, the newest segment too. */
  async #lettingGo(done: Promise<void>): Promise<void> {
    try {
      await done;
    } catch (error) {
      if (error instanceof Full) await this.turn();
      throw error;
    }
  }

  /** Lets the next segment begin, so that the one before can be removed. */
  turn(): Promise<void> {
    return this.#queue({ bytes: Buffer.alloc(0), turns: true });
  }

  #queue(wanted: Pick<Waiting, 'bytes' | 'turns'>): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ ...wanted, done, failed });
      this.#writing ??= this.#writeAll();
    });
  }

  /** A segment was removed. */
  removed(name: string): void {
    const number = numberOf(name);
    if (number !== undefined) this.#sizes.delete(number);
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#end();
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0);
      try {
        const bytes = Buffer.concat(group.map((each) => each.bytes));
        if (bytes.length > 0) await this.#write(bytes);
        if (group.some(({ turns }) => turns)) await this.#turn();
        for (const { done } of group) done();
      } catch (error) {
        for (const { failed } of group) failed(error);
      }
    }
    // At once: who comes next must not wait for what has ended.
    this.#writing = undefined;
  }

  async #turn(): Promise<void> {
    // The newest may be of an earlier process.
    if ((this.#sizes.get(this.#last) ?? 0) === 0) return;
    await this.#end();
    await this.#begin();
  }

  async #write(bytes: Buffer): Promise<void> {
    const { segment = SEGMENT, folder } = this.#options;
    await this.#measure(bytes.length);
    if (this.#segment !== undefined && this.#segment.size >= segment) await this.#end();
    const isNew = this.#segment === undefined;
    const to = this.#segment ?? (await this.#begin());
    try {
      await to.file.appendFile(bytes);
      await to.file.datasync();
      this.#grew(to, to.size + bytes.length);
    } catch (error) {
      await this.#giveUp(to);
      // Files may have a limit of their own.
      if (!isNew) return this.#write(bytes);
      const why = error instanceof Error ? error.message : String(error);
      throw new Full(`The spool ${folder} can't be written to (${why}).`, { cause: error });
    }
  }

  #grew(segment: Segment, size: number): void {
    segment.size = size;
    this.#sizes.set(this.#last, size);
  }

  /** What was written of whole lines stays, since it may be passed on already; half a line never was. */
  async #giveUp(segment: Segment): Promise<void> {
    this.#segment = undefined;
    try {
      const { size } = await segment.file.stat();
      const bytes = await bytesOf(segment.file, segment.size, size - segment.size);
      const whole = segment.size + bytes.lastIndexOf(NEWLINE) + 1;
      await segment.file.truncate(whole);
      this.#grew(segment, whole);
    } catch {
      // Then half a line stays, and is parked.
    } finally {
      await segment.file.close();
    }
  }

  async #begin(): Promise<Segment> {
    const { folder } = this.#options;
    const number = this.#last + 1;
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_APPEND;
    const file = await open(join(folder, nameOf(number)), flags, 0o600).catch((error: Error) => {
      throw new Full(`The spool ${folder} can't be written to (${error.message}).`, { cause: error });
    });
    this.#last = number;
    this.#segment = { file, size: 0 };
    this.#sizes.set(number, 0);
    await syncFolder(folder);
    return this.#segment;
  }

  async #end(): Promise<void> {
    const segment = this.#segment;
    this.#segment = undefined;
    await segment?.file.close();
  }
}

async function freeIn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function nameOf(number: number): string {
  return `segment-${String(number).padStart(12, '0')}.log`;
}

function numberOf(name: string): number | undefined {
  const [, digits] = /^segment-(\d{12})\.log$/.exec(name) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
