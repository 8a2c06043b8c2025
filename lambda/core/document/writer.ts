import { isObject } from '../json.ts';
import { flat } from './each.ts';
import { type FieldType, fitOne } from './fit.ts';
import type { Field, Recorded } from './recorded.ts';

/** A document for one event, as JSON text; `tags` in addition to `cut`, which is found here. */
export type Write = (recorded: Recorded, tags: readonly string[]) => string;

/**
 * Makes of a table's rows what writes their values as JSON text: what `extractor` makes a tree of, without the tree.
 * Each path is laid out here, once; of an event each object on the way is then looked up once, and each value written
 * straight to its place.
 */
export function writer(rows: readonly Field[]): Write {
  const cells = rows.map((row) => ({ row, cell: new Cell(row.type) }));
  const all = cells.map(({ cell }) => cell);
  const plain = wayOf(cells.flatMap(({ row, cell }) => ('at' in row ? [{ path: row.at, cell }] : [])));
  const listed = wayOf(cells.flatMap(({ row, cell }) => ('each' in row ? [{ path: row.each, cell }] : [])));
  const computed = cells.flatMap(({ row, cell }) => ('from' in row ? [{ from: row.from, cell }] : []));
  const branches = branchesOf(cells);
  return (recorded, tags) => {
    for (const cell of all) cell.clear();
    takePlain(plain, recorded.event);
    takeListed(listed, recorded.event, false);
    for (const { from, cell } of computed) cell.value = from(recorded);
    // Joined once: a text that grows by each piece is a tree of pieces itself, and dear to take apart.
    const parts = ['{'];
    const isEmpty = !writeMembers(branches, parts);
    const found = all.some(({ cut }) => cut) ? [...tags, 'cut'] : tags;
    if (found.length > 0) parts.push(isEmpty ? '' : ',', '"tags":', JSON.stringify(found));
    parts.push('}');
    return parts.join('');
  };
}

/** One row's value of the event that is being written. */
class Cell {
  readonly #type: FieldType;
  value: unknown;
  /** What was found in a list, each value once. */
  listed: Set<unknown> | undefined;
  cut = false;
  #given: unknown;
  #text = '';

  constructor(type: FieldType) {
    this.#type = type;
  }

  clear(): void {
    this.value = undefined;
    this.listed = undefined;
    this.cut = false;
  }

  /** As JSON; empty where nothing of it fits the field. */
  text(): string {
    if (this.listed !== undefined) return this.#list(this.listed);
    if (this.value === undefined) return '';
    return Array.isArray(this.value) ? this.#list(this.value) : this.#one(this.value);
  }

  #list(values: Iterable<unknown>): string {
    let text = '';
    for (const value of values) {
      const one = this.#one(value);
      if (one !== '') text += text === '' ? one : `,${one}`;
    }
    return text === '' ? '' : `[${text}]`;
  }

  /** Neighbours have much in common, and what is constant is the same in all of them: that is written once. */
  #one(given: unknown): string {
    if (given === this.#given) return this.#text;
    const { value, cut } = fitOne(this.#type, given);
    if (cut) this.cut = true;
    const text = value === undefined ? '' : jsonOf(value);
    if (typeof given === 'string' && given.length <= SHORT) [this.#given, this.#text] = [given, text];
    return text;
  }
}

/** Characters; of longer strings none is kept, and nothing is tried with them. */
const SHORT = 200;
/** What stands in JSON as it is. */
const PLAIN = /^[ !#-[\]-~]*$/;

/**
 * The arrow that each `message` has is written as an escape: it alone would make all of the document's text take two
 * bytes a character until it is sent.
 */
function jsonOf(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  if (value.length <= SHORT && PLAIN.test(value)) return `"${value}"`;
  return JSON.stringify(value).replaceAll('→', '\\u2192');
}

/** A step of paths in the event. */
interface Way {
  readonly key: string;
  /** Whose path ends here. */
  readonly ends: Cell[];
  readonly next: Way[];
}

function wayOf(paths: readonly { readonly path: readonly string[]; readonly cell: Cell }[]): Way {
  const root: Way = { key: '', ends: [], next: [] };
  for (const { path, cell } of paths) path.reduce(step, root).ends.push(cell);
  return root;
}

function step({ next }: Way, key: string): Way {
  // All else that an object of JSON answers to is its own.
  if (key in Object.prototype) throw new Error(`A path of the table must not hold ${key}.`);
  const there = next.find((each) => each.key === key);
  if (there !== undefined) return there;
  const made: Way = { key, ends: [], next: [] };
  next.push(made);
  return made;
}

function takePlain({ ends, next }: Way, value: unknown): void {
  for (const cell of ends) cell.value = value;
  if (!isObject(value)) return;
  for (const way of next) {
    const there = value[way.key];
    if (there !== undefined) takePlain(way, there);
  }
}

/** Through lists and lists of lists; it calls itself once for each step of a path, however deep the value is. */
function takeListed(way: Way, value: unknown, isListed: boolean): void {
  if (Array.isArray(value)) {
    for (const entry of flat(value)) takeListed(way, entry, true);
    return;
  }
  for (const cell of way.ends) {
    if (!isListed) cell.value = value;
    else if (cell.listed === undefined) cell.listed = new Set([value]);
    else cell.listed.add(value);
  }
  if (!isObject(value)) return;
  for (const next of way.next) {
    const there = value[next.key];
    if (there !== undefined) takeListed(next, there, isListed);
  }
}

/** A key of the document with what stands at it: a row's value, or more keys. */
interface Branch {
  /** As JSON, with the colon; `next` where it is not an object's first. */
  readonly first: string;
  readonly next: string;
  readonly cell: Cell | undefined;
  readonly branches: Branch[];
}

function branchesOf(rows: readonly { readonly row: Field; readonly cell: Cell }[]): readonly Branch[] {
  const root: Branch[] = [];
  for (const { row, cell } of rows) {
    const last = row.path.length - 1;
    row.path.reduce((branches, name, at) => {
      const first = `${JSON.stringify(name)}:${at === last ? '' : '{'}`;
      const there = branches.find((each) => each.first === first);
      if (there !== undefined) return there.branches;
      const made: Branch = { first, next: `,${first}`, cell: at === last ? cell : undefined, branches: [] };
      branches.push(made);
      return made.branches;
    }, root);
  }
  return root;
}

/** `false`: there is nothing to write, and nothing was written. */
function writeMembers(branches: readonly Branch[], parts: string[]): boolean {
  let isEmpty = true;
  for (const { first, next, cell, branches: below } of branches) {
    const key = isEmpty ? first : next;
    if (cell !== undefined) {
      const text = cell.text();
      if (text === '') continue;
      parts.push(key, text);
    } else {
      parts.push(key);
      if (!writeMembers(below, parts)) {
        parts.pop();
        continue;
      }
      parts.push('}');
    }
    isEmpty = false;
  }
  return !isEmpty;
}
