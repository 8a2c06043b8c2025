import { afterColon, COMMA, CUT, closerOf, missing, OBJECT_END, skipSpace, stringEnd, valueEnd } from './scan.ts';
import { unitsOf } from './units.ts';

/**
 * A walk over the members of one object, or the elements of one array, in a text that may end or break anywhere. What
 * lies inside of a value is passed once, whether it is skipped or walked into.
 */
export class Walk {
  /** Of the entry that `next` found, from 0 on; -1 before the first. */
  index = -1;
  /** Where the entry begins: a member with its key. */
  start = -1;
  /** Behind the value before it; for the first entry behind the opening bracket. */
  before: number;
  /** Where its value begins; negative where the text ends or breaks at the colon. */
  valueStart = -1;
  /** Behind the closing bracket; `CUT` or `BROKEN` when the walk stopped before it; 0 until it is over. */
  end = 0;
  readonly #text: string;
  readonly #closer: number;
  #keyEnd = -1;
  /** 0 until it is asked for. */
  #valueEnd = 0;
  #inside: Walk | undefined;

  private constructor(text: string, opener: number, closer: number) {
    this.#text = text;
    this.#closer = closer;
    this.before = opener + 1;
  }

  /** Over the value that begins at this place, or behind white space; undefined where that is no object and no array. */
  static over(text: string, from = 0): Walk | undefined {
    const units = unitsOf(text);
    const opener = skipSpace(units, from);
    const closer = closerOf(units[opener]);
    return closer === 0 ? undefined : new Walk(text, opener, closer);
  }

  get isObject(): boolean {
    return this.#closer === OBJECT_END;
  }

  /** Goes to the next entry that has begun; in an object that is one whose key is complete. */
  next(): boolean {
    if (this.end !== 0) return false;
    const at = this.#nextStart();
    if (this.end !== 0) return false;
    const units = unitsOf(this.#text);
    this.#keyEnd = this.isObject ? stringEnd(units, at) : at;
    if (this.#keyEnd < 0) this.end = this.#keyEnd;
    if (this.end !== 0) return false;
    this.valueStart = this.isObject ? afterColon(units, this.#keyEnd) : at;
    this.index += 1;
    this.start = at;
    this.#valueEnd = 0;
    this.#inside = undefined;
    return true;
  }

  /** Where the next entry begins; there is none where this sets the end. */
  #nextStart(): number {
    if (this.index >= 0) {
      if (this.valueEnd < 0) return this.#stop(this.valueEnd);
      this.before = this.valueEnd;
    }
    const units = unitsOf(this.#text);
    let at = skipSpace(units, this.before);
    if (units[at] === this.#closer) return this.#stop(at + 1);
    if (this.index >= 0) {
      if (units[at] !== COMMA) return this.#stop(missing(units, at));
      at = skipSpace(units, at + 1);
    }
    return at < units.length ? at : this.#stop(CUT);
  }

  #stop(end: number): number {
    this.end = end;
    return end;
  }

  /** The entry's key as `JSON.parse` gives it; undefined in an array. */
  get key(): string | undefined {
    if (!this.isObject) return undefined;
    const raw = this.#text.slice(this.start + 1, this.#keyEnd - 1);
    return raw.includes('\\') ? JSON.parse(`"${raw}"`) : raw;
  }

  /** Behind the entry's value; `CUT` or `BROKEN` where it is not complete. */
  get valueEnd(): number {
    if (this.valueStart < 0) return this.valueStart;
    if (this.#valueEnd === 0) {
      this.#valueEnd = this.#inside?.finish() ?? valueEnd(unitsOf(this.#text), this.valueStart);
    }
    return this.#valueEnd;
  }

  /** The entry's value as `JSON.parse` gives it; undefined where it is not complete. */
  get value(): unknown {
    return this.valueEnd < 0 ? undefined : JSON.parse(this.#text.slice(this.valueStart, this.valueEnd));
  }

  /** Whether the entry's value begins as a number does. */
  get isNumber(): boolean {
    return this.valueStart >= 0 && /[-\d]/.test(this.#text.charAt(this.valueStart));
  }

  /** Over the entry's value; undefined where that is no object and no array. */
  inside(): Walk | undefined {
    if (this.valueStart < 0) return undefined;
    this.#inside ??= Walk.over(this.#text, this.valueStart);
    return this.#inside;
  }

  /** Passes all entries that are left, and gives the end. */
  finish(): number {
    while (this.next());
    return this.end;
  }
}
