/** Some 25 MB. */
const CAPACITY = 200_000;

/**
 * Ids of events that Elasticsearch has confirmed to this process, the oldest forgotten first. It holds only as long as
 * no other process has run in between: the checkpoint's fence tells.
 */
export class Confirmed {
  readonly #ids = new Set<string>();
  readonly #capacity: number;
  #fence = 0;

  /** 0: remembers nothing. */
  constructor(capacity = CAPACITY) {
    this.#capacity = capacity;
  }

  /** At a run's begin: forgets everything unless the run before this one was this process's own. */
  begin(fence: number): void {
    if (fence !== this.#fence + 1) this.#ids.clear();
    this.#fence = fence;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  remember(id: string): void {
    this.#ids.add(id);
    if (this.#ids.size <= this.#capacity) return;
    for (const oldest of this.#ids) {
      this.#ids.delete(oldest);
      return;
    }
  }
}
