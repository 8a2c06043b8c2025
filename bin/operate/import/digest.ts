import { createHash, type Hash } from 'node:crypto';
import { LIMITS } from '../intake/lines.ts';

/** Bytes that are held: the longest line, and what is read with its end. */
const HELD = 2 * LIMITS.longest;

interface Told {
  readonly offset: number;
  readonly digest: string;
}

/**
 * The digest of what lies before a place in a text that passes by. It holds what came behind the place asked for last,
 * and no more of that than a line that is held whole: places within what is longer are not known.
 */
export class Digest {
  readonly #hash: Hash = createHash('sha256');
  readonly #known: number;
  readonly #most: number;
  #pending: Buffer[] = [];
  #held = 0;
  #at = 0;
  /** Of the place asked for last, or of the first that will be. */
  #told: Told | undefined;

  /** `known`: bytes before the first place that will be asked for. `most`: bytes that are held. */
  constructor(known: number, most = HELD) {
    this.#known = known;
    this.#most = most;
  }

  /** Bytes that it holds. */
  get held(): number {
    return this.#held;
  }

  add(chunk: Buffer): void {
    const part = Math.min(chunk.length, Math.max(0, this.#known - this.#at));
    if (part > 0) {
      this.#take(chunk.subarray(0, part));
      if (this.#at === this.#known) this.#told = this.#here();
    }
    if (part === chunk.length) return;
    this.#pending.push(chunk.subarray(part));
    this.#held += chunk.length - part;
    while (this.#held > this.#most) this.#pass(this.#held);
  }

  /** Of the text's first bytes, as many as these; undefined: nobody knows any more, or not yet. Places only grow. */
  upTo(offset: number): string | undefined {
    if (offset === this.#told?.offset) return this.#told.digest;
    if (offset < this.#at || offset > this.#at + this.#held) return undefined;
    while (this.#at < offset) this.#pass(offset - this.#at);
    this.#told = this.#here();
    return this.#told.digest;
  }

  /** Takes of what is held first so many bytes at most. */
  #pass(bytes: number): void {
    const [chunk] = this.#pending;
    if (chunk === undefined) return;
    const part = Math.min(chunk.length, bytes);
    this.#take(chunk.subarray(0, part));
    this.#held -= part;
    if (part === chunk.length) this.#pending.shift();
    else this.#pending[0] = chunk.subarray(part);
  }

  #take(bytes: Buffer): void {
    this.#hash.update(bytes);
    this.#at += bytes.length;
  }

  #here(): Told {
    return { offset: this.#at, digest: this.#hash.copy().digest('hex') };
  }
}
