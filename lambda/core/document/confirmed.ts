import { RecentIds } from '../id-table.ts';
import { ID_BYTES, ID_LENGTH } from './identity.ts';

/** The last 300,000 to 600,000 ids are remembered, in 25 MB at the most. */
const SLOTS = 2 ** 19;
const WORDS = ID_BYTES / 4;

/**
 * Ids of events that Elasticsearch has confirmed to this process, each in its index: an event has one of each profile,
 * and where names change, one that was delivered twice may belong into two. It holds only as long as no other process has run in between: the
 * checkpoint's fence tells.
 */
export class Confirmed {
  readonly #ids: RecentIds;
  /** Indices by name, numbered as they come. */
  readonly #indices = new Map<string, number>();
  #fence = 0;

  /** `slots`: a power of two; 0: remembers nothing. */
  constructor(slots = SLOTS) {
    this.#ids = new RecentIds(WORDS, slots);
  }

  /** At a run's begin: forgets everything unless the run before this one was this process's own. */
  begin(fence: number): void {
    if (fence !== this.#fence + 1) this.#ids.clear();
    this.#fence = fence;
  }

  has(id: string, index: string): boolean {
    return this.#ids.has(this.#wordsOf(id, index));
  }

  remember(id: string, index: string): void {
    this.#ids.add(this.#wordsOf(id, index));
  }

  #wordsOf(id: string, index: string): Uint32Array {
    const number = this.#indices.get(index) ?? this.#indices.size;
    this.#indices.set(index, number);
    const words = wordsOf(id);
    words[WORDS - 1] = (words[WORDS - 1] ?? 0) ^ number;
    return words;
  }
}

function wordsOf(id: string): Uint32Array {
  const words = new Uint32Array(WORDS);
  const written = Buffer.from(words.buffer).write(id, 'base64url');
  // Two ids cut short could be taken for one, and an event for one that is indexed.
  if (written !== ID_BYTES || id.length !== ID_LENGTH) throw new RangeError(`Expected a document's id, found ${id}.`);
  return words;
}
