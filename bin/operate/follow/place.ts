import { addTaken, NOTHING_TAKEN, type Taken } from '../intake/intake.ts';
import type { Seen } from './folder.ts';
import { type Arranged, isPacked } from './names.ts';

/** How far one file of a log was passed on, and by what it is known again. */
export interface Place {
  /** When last looked at. */
  readonly name: string;
  readonly rotated: boolean;
  readonly device: string;
  readonly inode: string;
  /** When last looked at: bytes on the disk, and when it was last written to (milliseconds). */
  readonly size: number;
  readonly modified: number;
  /** Bytes of its text: all lines before have an outcome that Elasticsearch has confirmed. */
  readonly offset: number;
  readonly print: Print;
  /** When there was nothing behind `offset`: the size that it had then. */
  readonly passedAt: number | null;
  /** Why nobody can read on behind `offset`. */
  readonly damaged: string | null;
  /** The last time that a line of it told, milliseconds; null: none did. */
  readonly time: number | null;
  readonly sums: FileSums;
}

/** Of a text: digests of its first line, and of the last bytes before `offset`. Inodes are used anew, texts are not. */
export interface Print {
  /** How many first bytes the digest is of; 0: there is no first line yet. */
  readonly first: number;
  readonly head: string;
  readonly tail: string;
}

/** What became of the lines of a file. */
export interface FileSums extends Taken {
  /** Of the lines with their newlines. */
  readonly bytes: number;
}

export const NOTHING: FileSums = { ...NOTHING_TAKEN, bytes: 0 };

export function addSums(one: FileSums, other: FileSums): FileSums {
  return { ...addTaken(one, other), bytes: one.bytes + other.bytes };
}

/** A file that was never looked at before. */
export function placeAt({ file, rotated }: Arranged<Seen>, print: Print): Place {
  const { name, device, inode, size, modified } = file;
  return {
    name,
    rotated,
    device,
    inode,
    size,
    modified,
    offset: 0,
    print,
    passedAt: null,
    damaged: null,
    time: null,
    sums: NOTHING,
  };
}

/** The place of what was found again, maybe under another name or as a copy. */
export function movedTo(place: Place, { file, rotated }: Arranged<Seen>): Place {
  const { name, device, inode, size, modified } = file;
  // What was being copied when it broke off may be whole by now.
  const damaged = size === place.size && modified === place.modified ? place.damaged : null;
  return { ...place, name, rotated, device, inode, size, modified, damaged };
}

/** Whether there is nothing more to read of it, as far as its size tells. */
export function isPassed({ passedAt, size, damaged }: Place): boolean {
  return passedAt === size || damaged !== null;
}

/** Bytes behind the place; of a packed file those on the disk, which are fewer. */
export function unread(place: Place): number {
  if (isPassed(place)) return 0;
  return isPacked(place.name) ? place.size : Math.max(0, place.size - place.offset);
}
