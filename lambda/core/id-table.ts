/** Slots of a table that has just been made; a power of two. */
const FIRST = 2 ** 10;
/** Of the slots, how many may be taken. */
const LOAD = 0.6;

/**
 * A set of ids of one length, each a few 32-bit words of which the last is of a hash. In one array: a `Set` of so many
 * texts takes ten times as much. It grows up to `most` slots.
 */
export class IdTable {
  readonly #size: number;
  readonly #most: number;
  #words: Uint32Array;
  #slots: number;
  #taken = 0;

  /** `size`: words of an id. `most`: a power of two; 0: remembers nothing. */
  constructor(size: number, most: number) {
    this.#size = size;
    this.#most = most;
    this.#slots = Math.min(FIRST, most);
    this.#words = new Uint32Array(this.#slots * size);
  }

  isFull(): boolean {
    return this.#taken >= this.#most * LOAD;
  }

  has(id: Uint32Array): boolean {
    return this.#taken > 0 && this.#find(id).isThere;
  }

  /** `false`: it was there. A full table takes nothing. */
  add(id: Uint32Array): boolean {
    if (this.isFull()) return !this.has(id);
    if (this.#taken >= this.#slots * LOAD) this.#grow();
    const { isThere, place } = this.#find(id);
    if (isThere) return false;
    this.#words.set(id, place);
    this.#taken += 1;
    return true;
  }

  clear(): void {
    if (this.#taken > 0) this.#words.fill(0);
    this.#taken = 0;
  }

  #grow(): void {
    const before = this.#words;
    this.#slots = Math.min(2 * this.#slots, this.#most);
    this.#words = new Uint32Array(this.#slots * this.#size);
    for (let from = 0; from < before.length; from += this.#size) {
      if (this.#isFree(before, from)) continue;
      const { place } = this.#find(before, from);
      for (let at = 0; at < this.#size; at += 1) this.#words[place + at] = before[from + at] ?? 0;
    }
  }

  #isFree(words: Uint32Array, from: number): boolean {
    for (let at = from; at < from + this.#size; at += 1) if (words[at] !== 0) return false;
    return true;
  }

  /** Where the id is that begins at `from`, or the free place where it would be: no table is ever full. */
  #find(ids: Uint32Array, from = 0): { readonly isThere: boolean; readonly place: number } {
    const size = this.#size;
    // The last word is of a hash, so ids spread evenly.
    for (let slot = ids[from + size - 1] ?? 0; ; slot += 1) {
      const place = (slot & (this.#slots - 1)) * size;
      let [isFree, isThere] = [true, true];
      for (let at = 0; at < size; at += 1) {
        const word = this.#words[place + at];
        // No id is all zeros: it holds a hash.
        if (word !== 0) isFree = false;
        if (word !== ids[from + at]) isThere = false;
      }
      if (isFree || isThere) return { isThere: !isFree, place };
    }
  }
}

/** Two tables: when the younger is full it takes the older's place, whose ids are forgotten. */
export class RecentIds {
  #younger: IdTable;
  #older: IdTable;

  /** `slots` in each of the two: six tenths as many ids are remembered at the least, twice as many at the most. */
  constructor(size: number, slots: number) {
    this.#younger = new IdTable(size, slots);
    this.#older = new IdTable(size, slots);
  }

  has(id: Uint32Array): boolean {
    return this.#younger.has(id) || this.#older.has(id);
  }

  /** `false`: it was there. */
  add(id: Uint32Array): boolean {
    if (this.#younger.isFull()) {
      [this.#younger, this.#older] = [this.#older, this.#younger];
      this.#younger.clear();
    }
    return !this.#older.has(id) && this.#younger.add(id);
  }

  clear(): void {
    this.#younger.clear();
    this.#older.clear();
  }
}
