/** Where and why a text is no YAML as the API server reads it. `line` counts from 1. */
export class YamlProblem extends Error {
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.name = 'YamlProblem';
    this.line = line;
  }
}

export interface Mark {
  /** In characters from the start, from 0. */
  readonly index: number;
  /** From 0. */
  readonly line: number;
  readonly column: number;
}

const END = '';
const ILLEGAL = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
/** The server reads in pieces of this many bytes and sees nothing of what it doesn't read. */
const PIECE = 512;

/** The text as characters, with a cursor. A character that YAML forbids is met only when its piece is read. */
export class Source {
  readonly #characters: readonly string[];
  readonly #legal: number;
  #index = 0;
  #line = 0;
  #column = 0;

  constructor(text: string) {
    this.#characters = Array.from(text.startsWith('\ufeff') ? text.slice(1) : text);
    this.#legal = legalLength(this.#characters);
  }

  get mark(): Mark {
    return { index: this.#index, line: this.#line, column: this.#column };
  }

  get column(): number {
    return this.#column;
  }

  /** `""` past the end. */
  peek(ahead = 0): string {
    const index = this.#index + ahead;
    if (index >= this.#legal) throw this.#illegal();
    return this.#characters[index] ?? END;
  }

  starts(text: string): boolean {
    for (let i = 0; i < text.length; i++) if (this.peek(i) !== text[i]) return false;
    return true;
  }

  take(): string {
    const character = this.peek();
    this.skip();
    return character;
  }

  skip(count = 1): void {
    this.#index += count;
    this.#column += count;
  }

  takeWhile(test: (character: string) => boolean): string {
    let taken = '';
    while (test(this.peek())) taken += this.take();
    return taken;
  }

  /** Takes one line break; all but the Unicode separators become a line feed. */
  takeBreak(): string {
    const first = this.peek();
    if (!isBreak(first)) return '';
    this.#index += first === '\r' && this.peek(1) === '\n' ? 2 : 1;
    this.#line++;
    this.#column = 0;
    return first === '\u2028' || first === '\u2029' ? first : '\n';
  }

  /** The end of the text ends its last line. */
  endLine(): void {
    if (this.#column === 0) return;
    this.#column = 0;
    this.#line++;
  }

  /** `---` or `...` on a line of its own, or before a blank. */
  atDocumentMark(): boolean {
    return this.#column === 0 && (this.starts('---') || this.starts('...')) && isBlankOrEnd(this.peek(3));
  }

  skipComment(): void {
    if (this.peek() !== '#') return;
    while (!isBreakOrEnd(this.peek())) this.skip();
  }

  problem(message: string, mark: Mark = this.mark): YamlProblem {
    return new YamlProblem(mark.line + 1, message);
  }

  #illegal(): YamlProblem {
    const at = this.#characters.findIndex((character) => ILLEGAL.test(character));
    const before = this.#characters.slice(0, at).join('');
    const code = (this.#characters[at]?.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    const line = before.split(/\r\n|[\r\n\x85\u2028\u2029]/).length;
    return new YamlProblem(line, `expected text, found the control character U+${code}`);
  }
}

/** How many characters can be read before the piece with the first forbidden one must be. */
function legalLength(characters: readonly string[]): number {
  const bad = characters.findIndex((character) => ILLEGAL.test(character));
  if (bad < 0) return Number.POSITIVE_INFINITY;
  const sizes = characters.slice(0, bad).map(byteLength);
  let left = sizes.reduce((sum, size) => sum + size, 0) % PIECE;
  let length = bad;
  while (length > 0 && left > 0) left -= sizes[--length] ?? 0;
  return length;
}

function byteLength(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

export function isBlank(character: string): boolean {
  return character === ' ' || character === '\t';
}

export function isBreak(character: string): boolean {
  return (
    character === '\n' || character === '\r' || character === '\x85' || character === '\u2028' || character === '\u2029'
  );
}

export function isBreakOrEnd(character: string): boolean {
  return character === END || isBreak(character);
}

export function isBlankOrEnd(character: string): boolean {
  return isBlank(character) || isBreakOrEnd(character);
}

export function isWord(character: string): boolean {
  return /^[0-9A-Za-z_-]$/.test(character);
}
