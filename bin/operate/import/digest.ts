import { createHash, type Hash } from 'node:crypto';

/** The digest of what lies before a place in a text that passes by. It holds what came behind the place asked for last. */
export class Digest {
  readonly #hash: Hash = createHash('sha256');
  readonly #known: number;
  #pending: Buffer[] = [];
  #at = 0;

  /** `known`: bytes before the first place that will be asked for. */
  constructor(known: number) {
    this.#known = known;
  }

  add(chunk: Buffer): void {
    const part = Math.min(chunk.length, Math.max(0, this.#known - this.#at));
    if (part > 0) this.#take(chunk.subarray(0, part));
    if (part < chunk.length) this.#pending.push(chunk.subarray(part));
  }

  /** Of the text's first bytes, as many as these; undefined: so many have not come. Places only grow. */
  upTo(offset: number): string | undefined {
    while (this.#at < offset) {
      const [chunk] = this.#pending;
      if (chunk === undefined) return undefined;
      const part = Math.min(chunk.length, offset - this.#at);
      this.#take(chunk.subarray(0, part));
      if (part === chunk.length) this.#pending.shift();
      else this.#pending[0] = chunk.subarray(part);
    }
    return this.#hash.copy().digest('hex');
  }

  #take(bytes: Buffer): void {
    this.#hash.update(bytes);
    this.#at += bytes.length;
  }
}
