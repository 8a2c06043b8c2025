import { isBlank, isBlankOrEnd, isBreakOrEnd, isWord, type Mark, type Source } from './source.ts';
import type { Token } from './token.ts';

/** `%YAML 1.1` or `%TAG !handle! prefix`, to the end of its line. */
export function scanDirective(source: Source): Token {
  const mark = source.mark;
  source.skip();
  const name = source.takeWhile(isWord);
  if (!isBlankOrEnd(source.peek()) || (name !== 'YAML' && name !== 'TAG')) {
    throw source.problem(`expected %YAML or %TAG, found %${name}`, mark);
  }
  source.takeWhile(isBlank);
  const token = name === 'YAML' ? scanVersion(source, mark) : scanTagDirective(source, mark);
  source.takeWhile(isBlank);
  source.skipComment();
  if (!isBreakOrEnd(source.peek()))
    throw source.problem(`expected the end of the line after %${name}, found more`, mark);
  source.takeBreak();
  return token;
}

function scanVersion(source: Source, mark: Mark): Token {
  const version = source.takeWhile((character) => /^[0-9.]$/.test(character));
  if (!/^\d{1,2}\.\d{1,2}$/.test(version)) throw source.problem(`expected %YAML 1.1, found %YAML ${version}`, mark);
  return { type: 'version directive', version: version.split('.').map(Number).join('.'), mark };
}

function scanTagDirective(source: Source, mark: Mark): Token {
  const handle = scanHandle(source, mark);
  if (handle !== '!' && !(handle.length > 1 && handle.endsWith('!'))) {
    throw source.problem(`expected a handle that ends in ! after %TAG, found ${handle}`, mark);
  }
  if (!isBlank(source.peek())) throw source.problem('expected a blank and a prefix after the handle of %TAG', mark);
  source.takeWhile(isBlank);
  const rest = scanUri(source, mark);
  if (rest === '') throw source.problem('expected a prefix after the handle of %TAG, found none', mark);
  if (!isBlankOrEnd(source.peek())) throw source.problem('expected a blank after the prefix of %TAG', mark);
  return { type: 'tag directive', handle, rest, mark };
}

/** `!<uri>`, `!handle!suffix`, `!suffix` or `!`. */
export function scanTag(source: Source): Token {
  const mark = source.mark;
  const tag = source.peek(1) === '<' ? scanVerbatim(source, mark) : scanShorthand(source, mark);
  if (!isBlankOrEnd(source.peek())) throw source.problem('expected a blank after this tag', mark);
  return { type: 'tag', ...tag, mark };
}

interface Tag {
  /** Empty: `rest` is the whole tag. */
  readonly handle: string;
  readonly rest: string;
}

function scanVerbatim(source: Source, mark: Mark): Tag {
  source.skip(2);
  const rest = scanUri(source, mark);
  if (rest === '' || source.peek() !== '>') throw source.problem('expected a tag in !<…>, found no such thing', mark);
  source.skip();
  return { handle: '', rest };
}

function scanShorthand(source: Source, mark: Mark): Tag {
  const handle = scanHandle(source, mark);
  const rest = scanUri(source, mark);
  if (handle.length > 1 && handle.endsWith('!')) {
    if (rest === '') throw source.problem(`expected a tag after ${handle}, found none`, mark);
    return { handle, rest };
  }
  const suffix = handle.slice(1) + rest;
  return suffix === '' ? { handle: '', rest: '!' } : { handle: '!', rest: suffix };
}

function scanHandle(source: Source, mark: Mark): string {
  if (source.peek() !== '!')
    throw source.problem(`expected a tag's handle that begins with !, found ${source.peek()}`, mark);
  const handle = source.take() + source.takeWhile(isWord);
  return source.peek() === '!' ? handle + source.take() : handle;
}

function scanUri(source: Source, mark: Mark): string {
  let uri = '';
  for (;;) {
    const character = source.peek();
    if (character === '%') uri += scanUriEscape(source, mark);
    else if (isWord(character) || (character !== '' && ";/?:@&=+$,.!~*'()[]".includes(character))) uri += source.take();
    else return uri;
  }
}

/** The escaped bytes of one character. */
function scanUriEscape(source: Source, mark: Mark): string {
  let bytes = '';
  let left = 1;
  do {
    const octet = source.peek() + source.peek(1) + source.peek(2);
    if (!/^%[0-9A-Fa-f]{2}$/.test(octet))
      throw source.problem(`expected % and two digits in a tag, found ${octet}`, mark);
    const byte = Number.parseInt(octet.slice(1), 16);
    if (bytes === '') left = byteCount(byte);
    else if ((byte & 0xc0) !== 0x80) left = 0;
    if (left === 0) throw source.problem(`expected bytes of UTF-8 in a tag, found ${bytes}${octet}`, mark);
    bytes += octet;
    source.skip(3);
    left--;
  } while (left > 0);
  return bytes;
}

function byteCount(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xc0) return 0;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf8 ? 4 : 0;
}
