import { Walk } from '../../../lambda/core/json/walk.ts';
import { at, isObject, type JsonObject } from '../../../lambda/core/json.ts';
import { printable } from '../../cli/printable.ts';
import type { Branch, Leaf } from './columns.ts';

/** In which fields a document is not as its line makes it. Names only: what they say may be secret. */
export interface Differences {
  /** Paths; of many the first. */
  readonly fields: readonly string[];
  readonly count: number;
}

/** What stands for all of a document that has no content, or none that could be compared. */
const ALL: Differences = { fields: ['_source'], count: 1 };

/** How many fields of a document are named. */
const NAMED = 20;
/** Characters of a key that a stranger chose. */
const LONGEST = 80;

/**
 * What is different; undefined: nothing. `made`: the document as its line makes it. `found`: what Elasticsearch holds,
 * which somebody may have written who wishes us ill: it takes time linear in its length, and no more depth than the
 * columns have. Numbers are compared as they are written, the order of fields is not compared.
 */
export function differences(made: JsonObject, found: string | undefined, columns: Branch): Differences | undefined {
  const walk = found === undefined ? undefined : Walk.over(found);
  if (found === undefined || walk?.isObject !== true) return ALL;
  const comparison = new Comparison(found);
  comparison.object(walk, columns, made, '');
  return walk.end < 0 ? ALL : comparison.result;
}

/** The same of a document that is as it was sent to the byte: which of its members are not. */
export function textDifferences(made: string, found: string | undefined): Differences | undefined {
  if (made === found) return undefined;
  const there = found === undefined ? undefined : membersOf(found);
  if (there === undefined) return ALL;
  const wanted = membersOf(made) ?? new Map<string, string>();
  const keys = [...new Set([...wanted.keys(), ...there.keys()])].filter((key) => wanted.get(key) !== there.get(key));
  if (keys.length === 0) return ALL;
  return { fields: keys.slice(0, NAMED).map((key) => printable(key, LONGEST)), count: keys.length };
}

/** The texts of an object's members by their keys; undefined: it is none. */
function membersOf(text: string): ReadonlyMap<string, string> | undefined {
  const walk = Walk.over(text);
  const members = new Map<string, string>();
  if (walk?.isObject !== true) return undefined;
  while (walk.next()) members.set(walk.key ?? '', text.slice(walk.valueStart, walk.valueEnd));
  return walk.end < 0 ? undefined : members;
}

class Comparison {
  readonly #text: string;
  readonly #names = new Set<string>();
  #more = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get result(): Differences | undefined {
    const count = this.#names.size + this.#more;
    return count === 0 ? undefined : { fields: [...this.#names], count };
  }

  object(walk: Walk, columns: Branch, made: JsonObject, above: string): void {
    const seen = new Set<string>();
    while (walk.next()) {
      const key = walk.key ?? '';
      const column = columns.get(key);
      if (column === undefined) this.#differs(above + printable(key, LONGEST));
      else {
        seen.add(key);
        if (isLeaf(column)) this.#leaf(walk, column, at(made, key));
        else this.#branch(walk, column, at(made, key), above + key);
      }
    }
    for (const [key, column] of columns) if (!seen.has(key)) this.#absent(column, at(made, key));
  }

  #branch(walk: Walk, columns: Branch, made: unknown, name: string): void {
    const inner = walk.inside();
    if (inner?.isObject === true) this.object(inner, columns, isObject(made) ? made : {}, `${name}.`);
    if (inner?.isObject !== true || inner.index < 0) this.#differs(name);
  }

  #leaf(walk: Walk, { name, rule }: Leaf, made: unknown): void {
    if (rule === 'any') return;
    if (rule === 'right' || rule === 'right or absent') {
      if (!this.#says(walk, made)) this.#differs(name);
    } else {
      const text = this.#textOf(walk);
      if (text === undefined || (rule !== 'text' && !rule.includes(text))) this.#differs(name);
    }
  }

  #absent(column: Branch | Leaf, made: unknown): void {
    if (!isLeaf(column)) {
      for (const [key, below] of column) this.#absent(below, at(made, key));
    } else if (made !== undefined && column.rule !== 'right or absent' && column.rule !== 'any') {
      this.#differs(column.name);
    }
  }

  #says(walk: Walk, made: unknown): boolean {
    if (!Array.isArray(made)) return this.#isScalar(walk, made);
    const list = walk.inside();
    if (list === undefined || list.isObject) return false;
    while (list.next()) if (list.index >= made.length || !this.#isScalar(list, made[list.index])) return false;
    return list.index + 1 === made.length;
  }

  #isScalar(walk: Walk, made: unknown): boolean {
    if (typeof made === 'string') return this.#textOf(walk) === made;
    return made !== undefined && this.#text.slice(walk.valueStart, walk.valueEnd) === JSON.stringify(made);
  }

  /** undefined: it is no text. */
  #textOf(walk: Walk): string | undefined {
    if (walk.valueEnd < 0 || this.#text[walk.valueStart] !== '"') return undefined;
    const value = walk.value;
    return typeof value === 'string' ? value : undefined;
  }

  #differs(name: string): void {
    if (this.#names.has(name)) return;
    if (this.#names.size < NAMED) this.#names.add(name);
    else this.#more += 1;
  }
}

function isLeaf(column: Branch | Leaf): column is Leaf {
  return 'rule' in column;
}

/** The text at a path; undefined: there is none. */
export function textIn(json: string, ...path: readonly string[]): string | undefined {
  let walk = Walk.over(json);
  for (const [depth, key] of path.entries()) {
    if (walk?.isObject !== true) return undefined;
    let isThere = false;
    while (!isThere && walk.next()) isThere = walk.key === key;
    if (!isThere) return undefined;
    if (depth < path.length - 1) walk = walk.inside();
  }
  const value = walk?.inside() === undefined ? walk?.value : undefined;
  return typeof value === 'string' ? value : undefined;
}
