import { isBlank, isBlankOrEnd, isBreak, isBreakOrEnd, type Mark, type Source } from './source.ts';

/** Blanks and line breaks between two words of a scalar, and what they become. */
class Gap {
  #blanks = '';
  #first = '';
  #more = '';
  /** True once a line has ended in it. */
  broken = false;

  get empty(): boolean {
    return !this.broken && this.#blanks === '';
  }

  read(source: Source): void {
    if (isBlank(source.peek())) {
      const blank = source.take();
      if (!this.broken) this.#blanks += blank;
      return;
    }
    if (this.broken) this.#more += source.takeBreak();
    else {
      this.#blanks = '';
      this.#first = source.takeBreak();
      this.broken = true;
    }
  }

  /** A single line feed folds into a space; what follows it stays. Empties the gap. */
  take(): string {
    const folded = this.#first === '\n' ? this.#more || ' ' : this.#first + this.#more;
    const text = this.broken ? folded : this.#blanks;
    this.#blanks = this.#first = this.#more = '';
    this.broken = false;
    return text;
  }

  /** An escaped line break leaves nothing of itself; empty lines after it stay. */
  breakEscaped(): void {
    this.broken = true;
  }
}

export interface Plain {
  readonly value: string;
  /** A line ended after the last word, so a key may begin. */
  readonly broken: boolean;
}

/** `indent`: the column that further lines must reach, in block context. */
export function scanPlain(source: Source, indent: number, inFlow: boolean): Plain {
  const start = source.mark;
  const gap = new Gap();
  let value = '';
  while (!source.atDocumentMark() && source.peek() !== '#') {
    while (!isBlankOrEnd(source.peek()) && !endsPlain(source, inFlow)) {
      if (!gap.empty) value += gap.take();
      value += source.take();
    }
    const next = source.peek();
    if (!isBlank(next) && !isBreak(next)) break;
    while (isBlank(source.peek()) || isBreak(source.peek())) {
      if (gap.broken && source.column < indent && source.peek() === '\t') {
        throw source.problem('expected spaces before the rest of this value, found a tab', start);
      }
      gap.read(source);
    }
    if (!inFlow && source.column < indent) break;
  }
  return { value, broken: gap.broken };
}

function endsPlain(source: Source, inFlow: boolean): boolean {
  const character = source.peek();
  if (character === ':') return isBlankOrEnd(source.peek(1));
  return inFlow && ',?[]{}'.includes(character);
}

export function scanQuoted(source: Source, quote: "'" | '"'): string {
  const start = source.mark;
  source.skip();
  let value = '';
  for (;;) {
    if (source.atDocumentMark()) throw source.problem(`expected ${quote}, found a document mark inside quotes`, start);
    if (source.peek() === '') throw source.problem(`expected ${quote}, found the end of the text inside quotes`, start);
    const gap = new Gap();
    value += scanWord(source, quote, gap, start);
    if (source.peek() === quote) break;
    while (isBlank(source.peek()) || isBreak(source.peek())) gap.read(source);
    value += gap.take();
  }
  source.skip();
  return value;
}

function scanWord(source: Source, quote: "'" | '"', gap: Gap, start: Mark): string {
  let word = '';
  while (!isBlankOrEnd(source.peek())) {
    if (quote === "'" && source.starts("''")) {
      word += source.take();
      source.skip();
    } else if (source.peek() === quote) {
      break;
    } else if (quote === '"' && source.peek() === '\\') {
      source.skip();
      if (isBreak(source.peek())) {
        source.takeBreak();
        gap.breakEscaped();
        break;
      }
      word += scanEscape(source, start);
    } else {
      word += source.take();
    }
  }
  return word;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};
const HEX_ESCAPES: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function scanEscape(source: Source, start: Mark): string {
  const letter = source.peek();
  const digits = Object.hasOwn(HEX_ESCAPES, letter) ? HEX_ESCAPES[letter] : undefined;
  if (digits === undefined) {
    const text = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
    if (text === undefined)
      throw source.problem(`expected an escape such as \\n in double quotes, found \\${letter}`, start);
    source.skip();
    return text;
  }
  source.skip();
  let hex = '';
  for (let i = 0; i < digits; i++) hex += source.peek(i);
  const code = /^[0-9A-Fa-f]+$/.test(hex) && hex.length === digits ? Number.parseInt(hex, 16) : -1;
  if (code < 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
    throw source.problem(`expected ${digits} hexadecimal digits of a character after \\${letter}, found ${hex}`, start);
  }
  source.skip(digits);
  return String.fromCodePoint(code);
}

/** `parent`: the column of the collection around it, −1 at the top. */
export function scanBlock(source: Source, parent: number): string {
  const start = source.mark;
  const literal = source.take() === '|';
  const { chomping, increment } = scanBlockHeader(source, start);
  const wanted = increment === 0 ? 0 : Math.max(parent, 0) + increment;
  let lines = scanEmptyLines(source, wanted, parent, start);
  const indent = lines.indent;
  let value = '';
  let lineBreak = '';
  let wasIndented = false;
  while (source.column === indent && source.peek() !== '') {
    const indented = isBlank(source.peek());
    const folds = !literal && !wasIndented && !indented && lineBreak === '\n';
    value += folds ? (lines.breaks === '' ? ' ' : '') : lineBreak;
    value += lines.breaks;
    wasIndented = indented;
    value += source.takeWhile((character) => !isBreakOrEnd(character));
    lineBreak = source.takeBreak();
    lines = scanEmptyLines(source, indent, parent, start);
  }
  if (chomping !== '-') value += lineBreak;
  return chomping === '+' ? value + lines.breaks : value;
}

function scanBlockHeader(source: Source, start: Mark): { readonly chomping: string; readonly increment: number } {
  const header = source.takeWhile((character) => /^[-+0-9]$/.test(character));
  if (!/^(?:[-+]?[1-9]?|[1-9][-+])$/.test(header)) {
    throw source.problem(`expected an indentation of 1 to 9 and + or - after | or >, found ${header}`, start);
  }
  source.takeWhile(isBlank);
  source.skipComment();
  if (!isBreakOrEnd(source.peek()))
    throw source.problem('expected the end of the line after | or >, found more text', start);
  source.takeBreak();
  return { chomping: header.replace(/\d/, ''), increment: Number(header.replace(/[-+]/, '')) };
}

/** An indent of 0 is not known yet: the first line with text, or the deepest empty one, sets it. */
function scanEmptyLines(
  source: Source,
  indent: number,
  parent: number,
  start: Mark,
): { readonly breaks: string; readonly indent: number } {
  let breaks = '';
  let deepest = 0;
  for (;;) {
    while ((indent === 0 || source.column < indent) && source.peek() === ' ') source.skip();
    deepest = Math.max(deepest, source.column);
    if ((indent === 0 || source.column < indent) && source.peek() === '\t') {
      throw source.problem('expected spaces before the text of this block, found a tab', start);
    }
    if (!isBreak(source.peek())) break;
    breaks += source.takeBreak();
  }
  return { breaks, indent: indent === 0 ? Math.max(deepest, parent + 1, 1) : indent };
}
