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
  const root: Branch = { first: '', next: '', cell: undefined, branches: [], above: undefined, round: 0 };
  const cells = rows.map((row) => ({ row, cell: new Cell(row.type, branchTo(row.path, root)) }));
  const plain = wayOf(cells.flatMap(({ row, cell }) => ('at' in row ? [{ path: row.at, cell }] : [])));
  const listed = wayOf(cells.flatMap(({ row, cell }) => ('each' in row ? [{ path: row.each, cell }] : [])));
  const computed = cells.flatMap(({ row, cell }) => ('from' in row ? [{ from: row.from, cell }] : []));
  let round = 0;
  return (recorded, tags) => {
    round += 1;
    takePlain(plain, recorded.event, round);
    takeListed(listed, recorded.event, false, round);
    for (const { from, cell } of computed) cell.take(from(recorded), round);
    // Joined once: a text that grows by each piece is a tree of pieces itself, and dear to take apart.
    const parts = ['{'];
    const wrote = { cut: false };
    const isEmpty = !writeMembers(root.branches, parts, round, wrote);
    const found = wrote.cut ? [...tags, 'cut'] : tags;
    if (found.length > 0) parts.push(isEmpty ? '' : ',', '"tags":', JSON.stringify(found));
    parts.push('}');
    return parts.join('');
  };
}

/** What is found out while a document is written. */
interface Wrote {
  /** A string was shortened. */
  cut: boolean;
}

/**
 * One row's value of the event that is being written. Events are counted in rounds, and what was taken in a former one
 * is not there: most of the rows have nothing to say of most events, and cost nothing then.
 */
class Cell {
  readonly #type: FieldType;
  readonly #branch: Branch;
  #value: unknown;
  /** What was found in a list, each value once. */
  #listed: Set<unknown> | undefined;
  #given: unknown;
  #text = '';

  constructor(type: FieldType, branch: Branch) {
    this.#type = type;
    this.#branch = branch;
    branch.cell = this;
  }

  take(value: unknown, round: number): void {
    if (value === undefined) return;
    this.#value = value;
    this.#listed = undefined;
    this.#mark(round);
  }

  /** One of many. */
  takeListed(value: unknown, round: number): void {
    if (this.#branch.round !== round || this.#listed === undefined) this.#listed = new Set([value]);
    else this.#listed.add(value);
    this.#mark(round);
  }

  /** Tells all that it stands below of. */
  #mark(round: number): void {
    for (let at: Branch | undefined = this.#branch; at !== undefined && at.round !== round; at = at.above) {
      at.round = round;
    }
  }

  /** As JSON; empty where nothing of it fits the field. */
  text(wrote: Wrote): string {
    if (this.#listed !== undefined) return this.#list(this.#listed, wrote);
    return Array.isArray(this.#value) ? this.#list(this.#value, wrote) : this.#one(this.#value, wrote);
  }

  #list(values: Iterable<unknown>, wrote: Wrote): string {
    let text = '';
    for (const value of values) {
      const one = this.#one(value, wrote);
      if (one !== '') text += text === '' ? one : `,${one}`;
    }
    return text === '' ? '' : `[${text}]`;
  }

  /** Neighbours have much in common, and what is constant is the same in all of them: that is written once. */
  #one(given: unknown, wrote: Wrote): string {
    if (given === this.#given) return this.#text;
    const { value, cut } = fitOne(this.#type, given);
    if (cut) wrote.cut = true;
    const text = value === undefined ? '' : jsonOf(value);
    if (typeof given === 'string' && given.length <= SHORT) [this.#given, this.#text] = [given, text];
    return text;
  }
}

/** Characters; of longer strings none is kept, and nothing is tried with them. */
const SHORT = 200;
/** What stands in JSON as it is. */
const PLAIN = /^[ !#-[\]-~]*$/;

function jsonOf(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  if (value.length <= SHORT && PLAIN.test(value)) return `"${value}"`;
  const text = JSON.stringify(value);
  return text.includes(ARROW) ? narrow(text.replaceAll(ARROW, '\\u2192')) : text;
}

/** Each `message` has one. */
const ARROW = '→';
const ASCII = /^[ -~]*$/;

/**
 * The same text in one byte a character. V8 keeps two for all that was made of a text with such a character, be it gone,
 * and one such text makes the whole document of it take two until it is sent.
 */
function narrow(text: string): string {
  return ASCII.test(text) ? Buffer.from(text, 'latin1').toString('latin1') : text;
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

function takePlain({ ends, next }: Way, value: unknown, round: number): void {
  for (const cell of ends) cell.take(value, round);
  if (!isObject(value)) return;
  for (const way of next) {
    const there = value[way.key];
    if (there !== undefined) takePlain(way, there, round);
  }
}

/** Through lists and lists of lists; it calls itself once for each step of a path, however deep the value is. */
function takeListed(way: Way, value: unknown, isListed: boolean, round: number): void {
  if (Array.isArray(value)) {
    for (const entry of flat(value)) takeListed(way, entry, true, round);
    return;
  }
  for (const cell of way.ends) {
    if (isListed) cell.takeListed(value, round);
    else cell.take(value, round);
  }
  if (!isObject(value)) return;
  for (const next of way.next) {
    const there = value[next.key];
    if (there !== undefined) takeListed(next, there, isListed, round);
  }
}

/** A key of the document with what stands at it: a row's value, or more keys. */
interface Branch {
  /** As JSON, with the colon; `next` where it is not an object's first. */
  readonly first: string;
  readonly next: string;
  cell: Cell | undefined;
  readonly branches: Branch[];
  readonly above: Branch | undefined;
  /** The last one in which there was something to write at it or below. */
  round: number;
}

/** Made where it is not there yet. */
function branchTo(path: readonly string[], root: Branch): Branch {
  return path.reduce((above, name, at) => {
    const first = `${JSON.stringify(name)}:${at === path.length - 1 ? '' : '{'}`;
    const there = above.branches.find((each) => each.first === first);
    if (there !== undefined) return there;
    const made: Branch = { first, next: `,${first}`, cell: undefined, branches: [], above, round: 0 };
    above.branches.push(made);
    return made;
  }, root);
}

/** `false`: there is nothing to write, and nothing was written. */
function writeMembers(branches: readonly Branch[], parts: string[], round: number, wrote: Wrote): boolean {
  let isEmpty = true;
  for (const branch of branches) {
    if (branch.round !== round) continue;
    const key = isEmpty ? branch.first : branch.next;
    if (branch.cell !== undefined) {
      const text = branch.cell.text(wrote);
      if (text === '') continue;
      parts.push(key, text);
    } else {
      parts.push(key);
      if (!writeMembers(branch.branches, parts, round, wrote)) {
        parts.pop();
        continue;
      }
      parts.push('}');
    }
    isEmpty = false;
  }
  return !isEmpty;
}
