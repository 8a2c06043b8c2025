import { attempt, TextProblem } from '../problem.ts';
import { DEPTH, type Entry, type Value } from './value.ts';

type Frame =
  | { readonly kind: 'list'; readonly items: Value[]; readonly line: number }
  | { readonly kind: 'map'; readonly entries: Entry[]; readonly line: number; key: { text: string; line: number } };

const SPACE = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
const WORD = /true|false|null/y;

/** JSON as Go reads it, with every key in the order of the text. Keeps its own stack: Go takes 10,000 levels. */
export function parseJson(text: string) {
  return attempt(() => ({ value: new JsonParser(text).parse(), duplicates: [], second: undefined }));
}

class JsonParser {
  readonly #text: string;
  #at = 0;
  #line = 1;
  readonly #frames: Frame[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Value {
    let value = this.#begin();
    for (;;) {
      const frame = this.#frames.at(-1);
      if (value === undefined) value = this.#begin();
      else if (frame === undefined) return this.#end(value);
      else value = this.#add(frame, value);
    }
  }

  /** A scalar or an empty collection; undefined where a collection was opened whose first value follows. */
  #begin(): Value | undefined {
    this.#space();
    const line = this.#line;
    if (this.#take('[')) return this.#open({ kind: 'list', items: [], line }, ']');
    if (this.#take('{')) return this.#open({ kind: 'map', entries: [], line, key: { text: '', line } }, '}');
    const quoted = this.#string();
    if (quoted !== undefined) return { kind: 'string', text: quoted, line };
    const token = this.#match(NUMBER);
    if (token !== undefined) return { kind: 'number', token, line };
    const word = this.#match(WORD);
    if (word === undefined) throw this.#problem('expected a JSON value');
    return word === 'null' ? { kind: 'null', line } : { kind: 'boolean', value: word === 'true', line };
  }

  #open(frame: Frame, closing: string): Value | undefined {
    if (this.#frames.length >= DEPTH) throw this.#problem(`expected at most ${DEPTH} levels`);
    this.#space();
    if (this.#take(closing)) return finished(frame);
    this.#frames.push(frame);
    if (frame.kind === 'map') frame.key = this.#key();
    return undefined;
  }

  /** The collection when this was its last value. */
  #add(frame: Frame, value: Value): Value | undefined {
    if (frame.kind === 'list') frame.items.push(value);
    else frame.entries.push({ key: frame.key.text, line: frame.key.line, value });
    this.#space();
    if (this.#take(',')) {
      if (frame.kind === 'map') frame.key = this.#key();
      return undefined;
    }
    const closing = frame.kind === 'list' ? ']' : '}';
    if (!this.#take(closing)) throw this.#problem(`expected "," or "${closing}"`);
    this.#frames.pop();
    return finished(frame);
  }

  #key(): { text: string; line: number } {
    this.#space();
    const line = this.#line;
    const quoted = this.#string();
    if (quoted === undefined)
      throw this.#problem('expected a key in double quotes (a file that begins with { must be JSON)');
    this.#space();
    if (!this.#take(':')) throw this.#problem('expected ":" after the key');
    return { text: quoted, line };
  }

  #end(value: Value): Value {
    this.#space();
    if (this.#at < this.#text.length) throw this.#problem('expected the end of the JSON text');
    return value;
  }

  /** A loop, since a pattern with alternatives runs out of stack on long strings. */
  #string(): string | undefined {
    if (this.#text[this.#at] !== '"') return undefined;
    let end = this.#at + 1;
    while (end < this.#text.length && this.#text[end] !== '"') end += this.#text[end] === '\\' ? 2 : 1;
    try {
      const text: unknown = JSON.parse(this.#text.slice(this.#at, end + 1));
      this.#at = end + 1;
      return String(text).toWellFormed();
    } catch {
      throw this.#problem('expected a string with its closing quote and known escapes');
    }
  }

  #space(): void {
    const space = this.#match(SPACE) ?? '';
    this.#line += space.split('\n').length - 1;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #problem(expected: string): TextProblem {
    const found = this.#text.slice(this.#at, this.#at + 20).split('\n')[0] ?? '';
    return new TextProblem(this.#line, `${expected}, found ${found === '' ? 'the end' : JSON.stringify(found)}`);
  }
}

function finished(frame: Frame): Value {
  const { line } = frame;
  return frame.kind === 'list'
    ? { kind: 'list', items: frame.items, line }
    : { kind: 'map', entries: frame.entries, line };
}
