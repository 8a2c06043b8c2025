import { ID_BYTES, ID_LENGTH } from './identity.ts';

/** In each of two tables: 25 MB for both, and the last 300,000 to 600,000 ids are remembered. */
const SLOTS = 2 ** 19;
/** Of the slots, how many may be taken before the table counts as full. */
const LOAD = 0.6;
const WORDS = ID_BYTES / 4;

/**
 * Ids of events that Elasticsearch has confirmed to this process, the older half forgotten at once when there is no
 * more room. It holds only as long as no other process has run in between: the checkpoint's fence tells.
 */
export class Confirmed {
  #younger: IdTable;
  #older: IdTable;
  #fence = 0;

  /** `slots`: a power of two; 0: remembers nothing. */
  constructor(slots = SLOTS) {
    this.#younger = new IdTable(slots);
    this.#older = new IdTable(slots);
  }

  /** At a run's begin: forgets everything unless the run before this one was this process's own. */
  begin(fence: number): void {
    if (fence !== this.#fence + 1) {
      this.#younger.clear();
      this.#older.clear();
    }
    this.#fence = fence;
  }

  has(id: string): boolean {
    return this.#younger.has(id) || this.#older.has(id);
  }

  remember(id: string): void {
    if (this.#younger.isFull()) {
      [this.#younger, this.#older] = [this.#older, this.#younger];
      this.#younger.clear();
    }
    this.#younger.add(id);
  }
}

/** A set of ids in one array of fixed size: what a `Set` of so many texts takes is ten times as much, and grows. */
class IdTable {
  readonly #words: Uint32Array;
  readonly #slots: number;
  #taken = 0;

  constructor(slots: number) {
    this.#slots = slots;
    this.#words = new Uint32Array(slots * WORDS);
  }

  isFull(): boolean {
    return this.#taken >= this.#slots * LOAD;
  }

  has(id: string): boolean {
    return this.#taken > 0 && this.#find(wordsOf(id)).isThere;
  }

  add(id: string): void {
    if (this.isFull()) return;
    const words = wordsOf(id);
    const { isThere, place } = this.#find(words);
    if (isThere) return;
    this.#words.set(words, place);
    this.#taken += 1;
  }

  clear(): void {
    if (this.#taken > 0) this.#words.fill(0);
    this.#taken = 0;
  }

  /** Where the id is, or the free place where it would be: no table is ever full. */
  #find(words: Uint32Array): { readonly isThere: boolean; readonly place: number } {
    // The last word is of the hash, so ids spread evenly.
    for (let slot = words[WORDS - 1] ?? 0; ; slot += 1) {
      const place = (slot & (this.#slots - 1)) * WORDS;
      const there = this.#words.subarray(place, place + WORDS);
      // No id is all zeros: it holds a hash.
      if (there.every((word) => word === 0)) return { isThere: false, place };
      if (there.every((word, at) => word === words[at])) return { isThere: true, place };
    }
  }
}

function wordsOf(id: string): Uint32Array {
  const words = new Uint32Array(WORDS);
  const written = Buffer.from(words.buffer).write(id, 'base64url');
  // Two ids cut short could be taken for one, and an event for one that is indexed.
  if (written !== ID_BYTES || id.length !== ID_LENGTH) throw new RangeError(`Expected a document's id, found ${id}.`);
  return words;
}
