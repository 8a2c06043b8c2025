import type { Units } from './units.ts';

/**
 * Finds where JSON values end in a text, without making them. It takes exactly what `JSON.parse` takes, never calls
 * itself, and costs time linear in what it passes. Each function gives an offset, or one of these two, which are
 * negative.
 */

/** The text ends before the value does; so far it could become one. */
export const CUT = -1;
/** No JSON value, however the text went on. */
export const BROKEN = -2;

export const COMMA = 0x2c;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BRACKET = 0x5b;
const BRACE = 0x7b;
export const OBJECT_END = 0x7d;
const COLON = 0x3a;
const MINUS = 0x2d;
const PLUS = 0x2b;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const SPACE = 0x20;
const LOWER_E = 0x65;
const LOWER_U = 0x75;

/** What closes an object or an array that begins with this unit; 0 where it begins neither. */
export function closerOf(opener: number | undefined): number {
  return opener === BRACE || opener === BRACKET ? opener + 2 : 0;
}

/** Behind the value that begins at this place. A number that ends with the text is cut: it might have gone on. */
export function valueEnd(units: Units, start: number): number {
  /** What closes the objects and arrays around the innermost that is open. */
  const around: number[] = [];
  let closer = 0;
  let at = start;
  for (;;) {
    const opened = closerOf(units[at]);
    if (opened === 0) at = scalarEnd(units, at);
    else {
      around.push(closer);
      closer = opened;
      at = skipSpace(units, at + 1);
      if (units[at] !== closer) {
        if (closer === OBJECT_END) at = keyed(units, at);
        if (at < 0) return at;
        continue;
      }
    }
    // Behind a value, or before what closes an empty one.
    for (;;) {
      if (at < 0 || closer === 0) return at;
      at = skipSpace(units, at);
      if (units[at] !== closer) break;
      closer = around.pop() ?? 0;
      at += 1;
    }
    if (units[at] !== COMMA) return missing(units, at);
    at = skipSpace(units, at + 1);
    if (closer === OBJECT_END) at = keyed(units, at);
    if (at < 0) return at;
  }
}

/** Where the value begins whose key begins here. */
function keyed(units: Units, start: number): number {
  const at = stringEnd(units, start);
  return at < 0 ? at : afterColon(units, at);
}

/** Where the value begins whose key ended here. */
export function afterColon(units: Units, from: number): number {
  const at = skipSpace(units, from);
  return units[at] === COLON ? skipSpace(units, at + 1) : missing(units, at);
}

export function skipSpace(units: Units, from: number): number {
  let at = from;
  while (isSpace(units[at] ?? 0)) at += 1;
  return at;
}

function isSpace(unit: number): boolean {
  // Nearly always there is none: one comparison tells.
  return unit <= SPACE && (unit === SPACE || unit === 0x0a || unit === 0x0d || unit === 0x09);
}

/** What to say where the text has not what it must have. */
export function missing(units: Units, at: number): number {
  return at < units.length ? BROKEN : CUT;
}

/** Behind the string that begins at this place. */
export function stringEnd(units: Units, start: number): number {
  if (units[start] !== QUOTE) return missing(units, start);
  for (let at = start + 1; at < units.length; at += 1) {
    const unit = units[at] ?? 0;
    // Most letters end here, and this loop is where the time goes.
    if (unit > BACKSLASH) continue;
    if (unit === QUOTE) return at + 1;
    if (unit < SPACE) return BROKEN;
    if (unit !== BACKSLASH) continue;
    at += 1;
    if (ESCAPES[units[at] ?? 0]) continue;
    const end = hexEnd(units, at);
    if (end < 0) return end;
    at = end - 1;
  }
  return CUT;
}

/** By unit, whether a backslash before it makes an escape of the two. */
const ESCAPES = Array.from({ length: 0x80 }, (_, unit) => '"\\/bfnrt'.includes(String.fromCharCode(unit)));

/** Behind the `u` that begins at this place and its four digits. */
function hexEnd(units: Units, start: number): number {
  if (units[start] !== LOWER_U) return missing(units, start);
  let at = start + 1;
  while (at <= start + 4 && isHex(units[at] ?? 0)) at += 1;
  return at > start + 4 ? at : missing(units, at);
}

function isHex(unit: number): boolean {
  // Capitals and small letters differ in this bit.
  const letter = unit | 0x20;
  return isDigit(unit) || (letter >= 0x61 && letter <= 0x66);
}

function scalarEnd(units: Units, at: number): number {
  const unit = units[at] ?? 0;
  if (unit === QUOTE) return stringEnd(units, at);
  return unit === MINUS || isDigit(unit) ? numberEnd(units, at) : wordEnd(units, at);
}

function numberEnd(units: Units, start: number): number {
  const first = units[start] === MINUS ? start + 1 : start;
  let at = units[first] === ZERO ? first + 1 : digitsEnd(units, first);
  if (at >= 0 && units[at] === DOT) at = digitsEnd(units, at + 1);
  if (at >= 0 && ((units[at] ?? 0) | 0x20) === LOWER_E) {
    const sign = units[at + 1];
    at = digitsEnd(units, sign === PLUS || sign === MINUS ? at + 2 : at + 1);
  }
  return at === units.length ? CUT : at;
}

/** Behind the digits here, of which there must be one. */
function digitsEnd(units: Units, from: number): number {
  let at = from;
  while (at < units.length && isDigit(units[at] ?? 0)) at += 1;
  return at > from ? at : missing(units, at);
}

function isDigit(unit: number): boolean {
  return unit >= ZERO && unit <= NINE;
}

const [TRUE = [], FALSE = [], NULL = []] = ['true', 'false', 'null'].map((word) => [...Buffer.from(word)]);

function wordEnd(units: Units, start: number): number {
  const word = units[start] === TRUE[0] ? TRUE : units[start] === FALSE[0] ? FALSE : NULL;
  let at = 0;
  while (at < word.length && units[start + at] === word[at]) at += 1;
  return at === word.length ? start + at : missing(units, start + at);
}
