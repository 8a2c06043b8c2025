/** The bytes of a request's body that have come so far. */
export interface Body {
  readonly chunks: readonly Buffer[];
  readonly size: number;
}

class Growing implements Body {
  chunks: Buffer[] = [];
  size = 0;
}

/**
 * The bodies that are in memory, with a limit for all together. Where they come to more, the largest of those that are
 * still coming gives way: so a batch of the usual size has room, however many large ones come, or however slowly.
 */
export class Bodies {
  readonly #most: number;
  readonly #coming = new Set<Growing>();
  #held = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Gives a body that has come whole to `use`, and holds it until that is done. undefined: it had to give way, and some
   * of it may not have been read. `longest`: bytes after which it is read no further, but given to `use`.
   */
  async hold<T>(
    chunks: AsyncIterable<Buffer>,
    longest: number,
    use: (body: Body) => Promise<T>,
  ): Promise<T | undefined> {
    const body = new Growing();
    this.#coming.add(body);
    try {
      for await (const chunk of chunks) {
        this.#add(body, chunk);
        if (!this.#coming.has(body) || body.size > longest) break;
      }
      return this.#coming.delete(body) ? await use(body) : undefined;
    } finally {
      this.#release(body);
    }
  }

  #add(body: Growing, chunk: Buffer): void {
    if (!this.#coming.has(body)) return;
    body.chunks.push(chunk);
    body.size += chunk.length;
    this.#held += chunk.length;
    if (this.#held <= this.#most) return;
    const [largest] = [...this.#coming].toSorted((one, other) => other.size - one.size);
    if (largest !== undefined) this.#release(largest);
  }

  #release(body: Growing): void {
    this.#coming.delete(body);
    this.#held -= body.size;
    body.chunks = [];
    body.size = 0;
  }
}
