import { scanBlock, scanPlain, scanQuoted } from './scalars.ts';
import { isBlankOrEnd, isBreak, isWord, type Mark, type Source } from './source.ts';
import { scanDirective, scanTag } from './tags.ts';
import type { Token } from './token.ts';

/** A token that turns out to be a key when `:` follows on its line. */
interface PossibleKey {
  readonly token: number;
  readonly mark: Mark;
  /** Nothing else can stand here in a block map. */
  readonly required: boolean;
}

/** Longer keys need a `?`. */
const KEY_LENGTH = 1024;
const DEPTH = 10_000;

/**
 * Tokens of a YAML 1.1 text by libyaml's rules, which go-yaml and so the API server follow: `key` and `map start` are
 * put in before a token that was read already, as soon as its `:` is seen.
 */
export class Scanner {
  readonly #source: Source;
  readonly #queue: Token[] = [];
  #taken = 0;
  #indent = -1;
  readonly #indents: number[] = [];
  /** One per level of brackets, the block level first. */
  readonly #keys: (PossibleKey | undefined)[] = [undefined];
  /** By a token's number: at which level it may become a key. */
  readonly #levels = new Map<number, number>();
  #keyAllowed = true;

  constructor(source: Source) {
    this.#source = source;
  }

  peek(): Token {
    for (;;) {
      const [head] = this.#queue;
      if (head !== undefined && !this.#headMayBecomeKey()) return head;
      this.#scan();
    }
  }

  take(): Token {
    const token = this.peek();
    this.#queue.shift();
    this.#levels.delete(this.#taken++);
    return token;
  }

  get #inFlow(): boolean {
    return this.#keys.length > 1;
  }

  #headMayBecomeKey(): boolean {
    const level = this.#levels.get(this.#taken);
    if (level === undefined || this.#keys[level]?.token !== this.#taken) return false;
    return this.#validKey(level) !== undefined;
  }

  #validKey(level: number): PossibleKey | undefined {
    const key = this.#keys[level];
    if (key === undefined) return undefined;
    const { line, index } = this.#source.mark;
    if (key.mark.line === line && index <= key.mark.index + KEY_LENGTH) return key;
    if (key.required) throw this.#missingColon(key);
    this.#keys[level] = undefined;
    return undefined;
  }

  #missingColon(key: PossibleKey): Error {
    return this.#source.problem('expected ":" after this key, found none', key.mark);
  }

  #saveKey(): void {
    if (!this.#keyAllowed) return;
    this.#dropKey();
    const mark = this.#source.mark;
    const required = !this.#inFlow && this.#indent === mark.column;
    const level = this.#keys.length - 1;
    const token = this.#taken + this.#queue.length;
    this.#keys[level] = { token, mark, required };
    this.#levels.set(token, level);
  }

  #dropKey(): void {
    const level = this.#keys.length - 1;
    const key = this.#keys[level];
    if (key?.required === true) throw this.#missingColon(key);
    this.#keys[level] = undefined;
  }

  #push(token: Token): void {
    this.#queue.push(token);
  }

  #indentTo(column: number, type: 'list start' | 'map start', mark: Mark, at = this.#queue.length): void {
    if (this.#inFlow || this.#indent >= column) return;
    this.#indents.push(this.#indent);
    this.#indent = column;
    if (this.#indents.length > DEPTH) throw this.#source.problem(`expected at most ${DEPTH} levels, found more`);
    this.#queue.splice(at, 0, { type, mark });
  }

  #unindentTo(column: number): void {
    if (this.#inFlow) return;
    while (this.#indent > column) {
      this.#push({ type: 'block end', mark: this.#source.mark });
      this.#indent = this.#indents.pop() ?? -1;
    }
  }

  #scan() {
    const source = this.#source;
    this.#skipToToken();
    this.#unindentTo(source.column);
    const first = source.peek();
    const mark = source.mark;
    if (first === '') return this.#scanEnd();
    if (source.column === 0 && first === '%') {
      this.#leaveBlocks();
      return this.#push(scanDirective(source));
    }
    if (source.atDocumentMark()) {
      this.#leaveBlocks();
      source.skip(3);
      return this.#push({ type: first === '-' ? 'document start' : 'document end', mark });
    }
    if (first === '[' || first === '{') return this.#scanOpening(first);
    if (first === ']' || first === '}') return this.#scanClosing(first);
    if (first === ',') return this.#scanComma();
    const alone = isBlankOrEnd(source.peek(1));
    if (first === '-' && alone) return this.#scanDash();
    if (first === '?' && (this.#inFlow || alone)) return this.#scanKey();
    if (first === ':' && (this.#inFlow || alone)) return this.#scanValue();
    this.#scanContent(first, alone);
  }

  #skipToToken(): void {
    const source = this.#source;
    for (;;) {
      const tabs = this.#inFlow || !this.#keyAllowed;
      while (source.peek() === ' ' || (tabs && source.peek() === '\t')) source.skip();
      source.skipComment();
      if (!isBreak(source.peek())) return;
      source.takeBreak();
      if (!this.#inFlow) this.#keyAllowed = true;
    }
  }

  #leaveBlocks(): void {
    this.#unindentTo(-1);
    this.#dropKey();
    this.#keyAllowed = false;
  }

  #scanEnd() {
    const { mark } = this.#source;
    this.#source.endLine();
    this.#leaveBlocks();
    this.#push({ type: 'end of text', mark });
  }

  #scanOpening(type: '[' | '{') {
    this.#saveKey();
    this.#keys.push(undefined);
    if (this.#keys.length > DEPTH + 1) throw this.#source.problem(`expected at most ${DEPTH} levels, found more`);
    this.#keyAllowed = true;
    this.#indicator(type);
  }

  #scanClosing(type: ']' | '}') {
    this.#dropKey();
    if (this.#inFlow) this.#keys.pop();
    this.#keyAllowed = false;
    this.#indicator(type);
  }

  #scanComma() {
    this.#dropKey();
    this.#keyAllowed = true;
    this.#indicator(',');
  }

  #scanDash() {
    const { mark } = this.#source;
    if (!this.#inFlow) {
      if (!this.#keyAllowed) throw this.#source.problem('expected a value, found a list entry ("-") in the same line');
      this.#indentTo(mark.column, 'list start', mark);
    }
    this.#dropKey();
    this.#keyAllowed = true;
    this.#indicator('-');
  }

  #scanKey() {
    const { mark } = this.#source;
    if (!this.#inFlow) {
      if (!this.#keyAllowed) throw this.#source.problem('expected a value, found a key ("?") in the same line');
      this.#indentTo(mark.column, 'map start', mark);
    }
    this.#dropKey();
    this.#keyAllowed = !this.#inFlow;
    this.#indicator('key');
  }

  #scanValue() {
    const { mark } = this.#source;
    const key = this.#validKey(this.#keys.length - 1);
    if (key !== undefined) {
      const at = key.token - this.#taken;
      this.#queue.splice(at, 0, { type: 'key', mark: key.mark });
      this.#indentTo(key.mark.column, 'map start', key.mark, at);
      this.#keys[this.#keys.length - 1] = undefined;
      this.#keyAllowed = false;
      return this.#indicator('value');
    }
    if (!this.#inFlow) {
      if (!this.#keyAllowed) throw this.#source.problem('expected one value, found a second ":" in the same line');
      this.#indentTo(mark.column, 'map start', mark);
    }
    this.#keyAllowed = !this.#inFlow;
    this.#indicator('value');
  }

  #indicator(type: '[' | ']' | '{' | '}' | ',' | '-' | 'key' | 'value'): void {
    const { mark } = this.#source;
    this.#source.skip();
    this.#push({ type, mark });
  }

  #scanContent(first: string, alone: boolean) {
    const source = this.#source;
    const mark = source.mark;
    if ((first === '|' || first === '>') && !this.#inFlow) {
      this.#dropKey();
      this.#keyAllowed = true;
      return this.#push({ type: 'scalar', value: scanBlock(source, this.#indent), plain: false, mark });
    }
    const isPlain = startsPlain(first, alone, this.#inFlow);
    if (!isPlain && !'*&!\'"'.includes(first)) {
      throw source.problem(`expected a key or a value, found the character ${JSON.stringify(first)}`);
    }
    this.#saveKey();
    this.#keyAllowed = false;
    if (first === '*' || first === '&') this.#push(scanAnchor(source));
    else if (first === '!') this.#push(scanTag(source));
    else if (first === "'" || first === '"') {
      this.#push({ type: 'scalar', value: scanQuoted(source, first), plain: false, mark });
    } else {
      const { value, broken } = scanPlain(source, this.#indent + 1, this.#inFlow);
      if (broken) this.#keyAllowed = true;
      this.#push({ type: 'scalar', value, plain: true, mark });
    }
  }
}

function startsPlain(first: string, alone: boolean, inFlow: boolean): boolean {
  if (first === '-') return !alone;
  if (first === '?' || first === ':') return !inFlow && !alone;
  return !isBlankOrEnd(first) && !',[]{}#&*!|>\'"%@`'.includes(first);
}

function scanAnchor(source: Source): Token {
  const mark = source.mark;
  const type = source.take() === '&' ? 'anchor' : 'alias';
  const name = source.takeWhile(isWord);
  const next = source.peek();
  if (name === '' || !(isBlankOrEnd(next) || '?:,]}%@`'.includes(next))) {
    throw source.problem(`expected a name of letters, digits, - and _ for this ${type}, found ${name}${next}`, mark);
  }
  return { type, name, mark };
}
