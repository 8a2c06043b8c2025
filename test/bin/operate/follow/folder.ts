import type { LogFolder, LogText, Seen } from '../../../../bin/operate/follow/folder.ts';

interface Inode {
  /** Of what is in it: another one once it is truncated. */
  serial: number;
  text: Buffer;
  modified: number;
  readonly packed: boolean;
}

/** Hears of a file whose begin is read, and what its text is then. */
type Begun = (seen: Seen, serial: number, text: string) => void;

/** A folder in memory. As on a disk, the inode that was freed last is the next one's. `between` runs around each call of `seenBy`. */
export class MemoryFolder {
  readonly names = new Map<string, number>();
  readonly #inodes = new Map<number, Inode>();
  readonly #now: () => number;
  #serials = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  create(name: string, text = '', packed = false): void {
    let inode = 1;
    const used = new Set(this.names.values());
    while (used.has(inode)) inode += 1;
    this.names.set(name, inode);
    this.#inodes.set(inode, { serial: this.#next(), text: Buffer.from(text), modified: this.#stamp(), packed });
  }

  append(name: string, text: string): void {
    const inode = this.#of(name);
    inode.text = Buffer.concat([inode.text, Buffer.from(text)]);
    inode.modified = this.#stamp();
  }

  truncate(name: string): void {
    const inode = this.#of(name);
    inode.text = Buffer.alloc(0);
    inode.modified = this.#stamp();
    inode.serial = this.#next();
  }

  /** No two are the same, as with nanoseconds. */
  #stamp(): number {
    return this.#now() + this.#next() / 100;
  }

  #next(): number {
    this.#serials += 1;
    return this.#serials;
  }

  serial(name: string): number {
    return this.#of(name).serial;
  }

  rename(from: string, to: string): void {
    const inode = this.names.get(from);
    if (inode === undefined) return;
    this.names.delete(from);
    this.names.set(to, inode);
  }

  remove(name: string): void {
    this.names.delete(name);
  }

  text(name: string): string {
    return this.#of(name).text.toString();
  }

  #of(name: string): Inode {
    const inode = this.#inodes.get(this.names.get(name) ?? 0);
    if (inode === undefined) throw new Error(`There is no ${name}.`);
    return inode;
  }

  /** As a follower sees it. */
  seenBy(between: () => Promise<void>, begun: Begun): LogFolder {
    const around = async <T>(act: () => T): Promise<T> => {
      await between();
      const result = act();
      await between();
      return result;
    };
    return {
      list: async (wanted) => {
        await between();
        const found: Seen[] = [];
        // Names first, then each file by itself: so a folder is read.
        for (const name of [...this.names.keys()].filter(wanted)) {
          await between();
          const inode = this.names.get(name);
          if (inode === undefined) continue;
          found.push({ name, ...this.#stat(inode) });
        }
        return found;
      },
      open: (name) =>
        around(() => {
          const inode = this.names.get(name);
          return inode === undefined ? undefined : this.#open(name, inode, around, begun);
        }),
      remove: (name) => around(() => this.remove(name)),
    };
  }

  #stat(inode: number): Omit<Seen, 'name'> {
    const { text, modified, packed } = this.#inode(inode);
    const size = packed ? Math.ceil(text.length / 3) : text.length;
    return { device: 'disk', inode: String(inode), size, modified };
  }

  #inode(number: number): Inode {
    const inode = this.#inodes.get(number);
    if (inode === undefined) throw new Error(`There is no inode ${number}.`);
    return inode;
  }

  #open(name: string, number: number, around: <T>(act: () => T) => Promise<T>, begun: Begun): LogText {
    const inode = this.#inode(number);
    return {
      ...this.#stat(number),
      read: (from, length) =>
        around(() => {
          if (from === 0) begun({ name, ...this.#stat(number) }, inode.serial, inode.text.toString());
          return Buffer.from(inode.text.subarray(from, from + length));
        }),
      fault: () => undefined,
      close: () => around(() => {}),
    };
  }
}
