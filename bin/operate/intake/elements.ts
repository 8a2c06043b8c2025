import { type JsonObject, parseJson } from '../../../lambda/core/json.ts';
import { JsonValue } from './json-value.ts';
import { LIMITS, type LineLimits } from './lines.ts';

/** An element of a list in an object, as it stands in the file. */
export interface Element {
  /** Bytes of it; of one that is too long its beginning. */
  readonly bytes: Buffer;
  /** Bytes of the whole text before it, and behind it. */
  readonly offset: number;
  readonly end: number;
  /** It was longer than is held. */
  readonly isCut: boolean;
  /** The members of the object around its list that stand before that. */
  readonly header: JsonObject;
}

/** Why a text could not be read on; `offset` says where. */
export interface Fault {
  readonly offset: number;
  readonly expected: string;
  /** undefined: the text ends there. */
  readonly found: string | undefined;
}

/** Thrown behind the elements that come before it. */
export class BrokenText extends Error {
  override readonly name = 'BrokenText';
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(`Expected ${fault.expected} at byte ${fault.offset}, found ${fault.found ?? 'the end'}.`);
    this.fault = fault;
  }
}

const [QUOTE, COMMA, COLON, BRACKET, BRACKET_END, BRACE, BRACE_END] = [...'",:[]{}'].map((each) => each.charCodeAt(0));
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
/** Bytes of a member beside the list that are looked at, and of how many members. */
const LONGEST_MEMBER = 64 * 1024;
const MOST_MEMBERS = 50;

type Place =
  | 'outside'
  | 'key or end'
  | 'key'
  | 'colon'
  | 'value'
  | 'member'
  | 'element or end'
  | 'element'
  | 'after element'
  | 'after member';

const EXPECTED: Readonly<Record<Place, string>> = {
  outside: 'an object',
  'key or end': 'a key',
  key: 'a key',
  colon: 'a colon',
  value: 'a value',
  member: 'a value',
  'element or end': 'an item of the list',
  element: 'an item of the list',
  'after element': 'a comma or the end of the list',
  'after member': 'a comma or the end of the object',
};

/**
 * The elements of the lists under these keys, in objects that stand one after the other in a stream of bytes; those of
 * each chunk together. Memory holds one element, however long the stream's are. Throws `BrokenText` where the text is
 * not as expected or ends before its object does.
 */
export async function* elementsOf(
  chunks: AsyncIterable<Buffer>,
  lists: readonly string[],
  limits: LineLimits = {},
): AsyncGenerator<readonly Element[], undefined, undefined> {
  const scanner = new Scanner(lists, { ...LIMITS, ...limits });
  for await (const chunk of chunks) {
    const fault = scanner.take(chunk);
    const found = scanner.found();
    if (found.length > 0) yield found;
    if (fault !== undefined) throw new BrokenText(fault);
  }
  const fault = scanner.end();
  if (fault !== undefined) throw new BrokenText(fault);
  return undefined;
}

/** The first element of such a list in the beginning of a text; of one that is longer than that, what is there. */
export function firstElement(head: Buffer, lists: readonly string[]): Element | undefined {
  const scanner = new Scanner(lists, LIMITS);
  scanner.take(head);
  return scanner.found()[0] ?? scanner.begun();
}

/** What a text says beside its lists. */
export interface Beside {
  /** Wherever they stand, in any of its objects; of a key that comes twice the first. */
  readonly members: JsonObject;
  /** Why no more of the text could be read; undefined: it was read to its end, or to where that was enough. */
  readonly fault: Fault | undefined;
}

/** Reads no further than it must. */
export function besideLists(
  chunks: readonly Buffer[],
  lists: readonly string[],
  isEnough: (members: JsonObject) => boolean = () => false,
): Beside {
  const scanner = new Scanner(lists, { longest: 0, kept: 0 });
  for (const chunk of chunks) {
    const fault = scanner.take(chunk);
    scanner.found();
    if (fault !== undefined || isEnough(scanner.members)) return { members: scanner.members, fault };
  }
  return { members: scanner.members, fault: scanner.end() };
}

class Scanner {
  readonly #lists: readonly string[];
  readonly #limits: Required<LineLimits>;
  #place: Place = 'outside';
  /** Bytes of the text before this chunk. */
  #before = 0;
  #header: Record<string, unknown> = {};
  #members: Record<string, unknown> = {};
  #key = '';
  #value: Gathered | undefined;
  #found: Element[] = [];

  constructor(lists: readonly string[], limits: Required<LineLimits>) {
    this.#lists = lists;
    this.#limits = limits;
  }

  /** Of all objects so far. */
  get members(): JsonObject {
    return this.#members;
  }

  found(): readonly Element[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  /** The element that has not come to its end. */
  begun(): Element | undefined {
    if (this.#place !== 'element' || this.#value === undefined) return undefined;
    const { offset, bytes } = this.#value;
    return { offset, bytes, end: this.#before, isCut: true, header: this.#header };
  }

  take(chunk: Buffer): Fault | undefined {
    let at = 0;
    while (at >= 0 && at < chunk.length) {
      const next = this.#value === undefined ? this.#between(chunk, at) : this.#within(this.#value, chunk, at);
      if (next === undefined) return this.#fault(chunk, at);
      at = next;
    }
    this.#before += chunk.length;
    return undefined;
  }

  end(): Fault | undefined {
    if (this.#place === 'outside') return undefined;
    const offset = this.#value?.offset ?? this.#before;
    return { offset, expected: EXPECTED[this.#place], found: undefined };
  }

  /** Behind the byte at this place; undefined where it is not what must stand there. */
  #between(chunk: Buffer, at: number): number | undefined {
    const byte = chunk[at] ?? 0;
    if (isSpace(byte) || (this.#before + at < 3 && byte === BYTE_ORDER_MARK[this.#before + at])) return at + 1;
    switch (this.#place) {
      case 'outside':
        if (byte !== BRACE) return undefined;
        this.#header = {};
        return this.#to('key or end', at + 1);
      case 'key or end':
        return byte === BRACE_END ? this.#to('outside', at + 1) : this.#begin('key', byte === QUOTE, at);
      case 'key':
        return this.#begin('key', byte === QUOTE, at);
      case 'colon':
        return byte === COLON ? this.#to('value', at + 1) : undefined;
      case 'value':
        if (byte === BRACKET && this.#lists.includes(this.#key)) return this.#to('element or end', at + 1);
        return this.#begin('member', byte !== COMMA && byte !== BRACE_END && byte !== BRACKET_END, at);
      case 'element or end':
        if (byte === BRACKET_END) return this.#to('after member', at + 1);
        return this.#begin('element', byte !== COMMA && byte !== BRACE_END, at);
      case 'element':
        return this.#begin('element', byte !== COMMA && byte !== BRACE_END && byte !== BRACKET_END, at);
      case 'after element':
        if (byte === BRACKET_END) return this.#to('after member', at + 1);
        return byte === COMMA ? this.#to('element', at + 1) : undefined;
      case 'after member':
        if (byte === BRACE_END) return this.#to('outside', at + 1);
        return byte === COMMA ? this.#to('key', at + 1) : undefined;
      case 'member':
        return undefined;
    }
  }

  #to(place: Place, next: number): number {
    this.#place = place;
    return next;
  }

  /** What begins at this place is gathered from the same byte on. */
  #begin(place: 'key' | 'member' | 'element', fits: boolean, at: number): number | undefined {
    if (!fits) return undefined;
    this.#place = place;
    const limits = place === 'element' ? this.#limits : { longest: LONGEST_MEMBER, kept: 0 };
    this.#value = new Gathered(this.#before + at, limits);
    return at;
  }

  #within(value: Gathered, chunk: Buffer, at: number): number {
    const end = value.take(chunk, at);
    if (end < 0) return chunk.length;
    this.#value = undefined;
    if (this.#place === 'element') {
      const { offset, bytes, isCut } = value;
      this.#found.push({ bytes, offset, end: this.#before + end, isCut, header: this.#header });
      return this.#to('after element', end);
    }
    const parsed = value.isCut ? undefined : parseJson(value.bytes.toString());
    if (this.#place === 'key') {
      this.#key = typeof parsed === 'string' ? parsed : '';
      return this.#to('colon', end);
    }
    if (Object.keys(this.#members).length < MOST_MEMBERS) this.#members = { [this.#key]: parsed, ...this.#members };
    // A header is handed on with its elements: it never changes under them.
    if (Object.keys(this.#header).length < MOST_MEMBERS) this.#header = { ...this.#header, [this.#key]: parsed };
    return this.#to('after member', end);
  }

  #fault(chunk: Buffer, at: number): Fault {
    // No more of it than what JSON itself is made of: it may be anybody's file.
    const sign = String.fromCharCode(chunk[at] ?? 0);
    const found = '",:[]{}'.includes(sign) ? `'${sign}'` : 'something else';
    return { offset: this.#before + at, expected: EXPECTED[this.#place], found };
  }
}

/** The bytes of one value, or the beginning of those of one that is too long. */
class Gathered {
  readonly offset: number;
  readonly #limits: Required<LineLimits>;
  readonly #value = new JsonValue();
  #pieces: Buffer[] = [];
  #length = 0;
  isCut = false;

  constructor(offset: number, limits: Required<LineLimits>) {
    this.offset = offset;
    this.#limits = limits;
  }

  get bytes(): Buffer {
    const [only] = this.#pieces;
    return this.#pieces.length === 1 && only !== undefined ? only : Buffer.concat(this.#pieces);
  }

  /** Behind the value in the chunk; -1: it goes on in the next. */
  take(chunk: Buffer, at: number): number {
    const end = this.#value.endIn(chunk, at);
    const piece = chunk.subarray(at, end < 0 ? chunk.length : end);
    if (this.isCut) return end;
    this.#pieces.push(piece);
    this.#length += piece.length;
    if (this.#length > this.#limits.longest) {
      this.#pieces = [Buffer.from(this.bytes.subarray(0, this.#limits.kept))];
      this.isCut = true;
    }
    return end;
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
