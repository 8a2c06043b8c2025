import { SECOND } from '../../../lambda/core/time.ts';
import type { Look } from './look.ts';
import { isPassed, type Place } from './place.ts';

/** A file that nobody can read just now. */
export interface UnreadableFile {
  readonly name: string;
  /** As the system says it. */
  readonly why: string;
}

/** How long a file is left alone after the system has refused to read it, milliseconds. */
const AGAIN = 5 * SECOND;

/** Knows the files that nobody can read, under whatever names, and tells when each begins and ends to be one. */
export class Unreadable {
  readonly #files = new Map<string, UnreadableFile & { readonly tried: number }>();
  readonly #tell: (file: UnreadableFile, is: boolean) => void;

  constructor(tell: (file: UnreadableFile, is: boolean) => void) {
    this.#tell = tell;
  }

  get files(): readonly UnreadableFile[] {
    return [...this.#files.values()];
  }

  /** After a look: what is gone is none of them any more. */
  looked({ files, unreadable }: Pick<Look, 'files' | 'unreadable'>, now: number): void {
    const there = new Map(files.map((place) => [keyOf(place), place]));
    for (const key of this.#files.keys()) {
      const place = there.get(key);
      if (place === undefined) this.#files.delete(key);
      else if (isPassed(place) && !unreadable.has(place)) this.is(place);
    }
    for (const [place, why] of unreadable) if (!this.#files.has(keyOf(place))) this.isNot(place, why, now);
  }

  /** Whether it is too early to try again. */
  rests(place: Place, now: number): boolean {
    const known = this.#files.get(keyOf(place));
    return known !== undefined && Math.abs(now - known.tried) < AGAIN;
  }

  isNot(place: Place, why: string, now: number): void {
    const file = { name: place.name, why };
    if (!this.#files.has(keyOf(place))) this.#tell(file, false);
    this.#files.set(keyOf(place), { ...file, tried: now });
  }

  is(place: Place): void {
    const known = this.#files.get(keyOf(place));
    if (known === undefined) return;
    this.#files.delete(keyOf(place));
    this.#tell({ ...known, name: place.name }, true);
  }
}

function keyOf({ device, inode }: Place): string {
  return `${device}/${inode}`;
}
