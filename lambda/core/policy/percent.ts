/**
 * The text with its percent-encoded bytes decoded. Bytes that are no UTF-8 become lone surrogates: nothing in a policy
 * equals them, and what comes before them still does. `decodeURIComponent` throws at such bytes, and whoever catches
 * that a hundred thousand times for one path has spent a second.
 */
export function percentDecoded(text: string): string {
  let decoded = '';
  let done = 0;
  for (let at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at)) {
    const point = codePointAt(text, at);
    if (point < 0) at += 1;
    else {
      decoded += text.slice(done, at) + String.fromCodePoint(point);
      at += 3 * bytesOf(point);
      done = at;
    }
  }
  return decoded + text.slice(done);
}

const NO_UTF8 = 0xdc00;
/** By the number of bytes behind the first: what is less has no business there. */
const LEAST = [0, 0x80, 0x800, 0x10000] as const;

/** Of the bytes encoded from here on; negative where there is none. */
function codePointAt(text: string, at: number): number {
  const first = byteAt(text, at);
  if (first < 0x80) return first;
  if (first < 0xc2 || first > 0xf4) return NO_UTF8 + first;
  const more = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
  let point = first & (0x3f >> more);
  for (let nth = 1; nth <= more; nth += 1) {
    const byte = byteAt(text, at + 3 * nth);
    if ((byte & 0xc0) !== 0x80) return NO_UTF8 + first;
    point = (point << 6) | (byte & 0x3f);
  }
  const isSurrogate = point >= 0xd800 && point <= 0xdfff;
  return point < LEAST[more] || isSurrogate || point > 0x10ffff ? NO_UTF8 + first : point;
}

function bytesOf(point: number): number {
  if (point < 0x80 || (point >= NO_UTF8 && point <= NO_UTF8 + 0xff)) return 1;
  return point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

function byteAt(text: string, at: number): number {
  if (text.charCodeAt(at) !== 0x25) return -1;
  const high = digit(text.charCodeAt(at + 1));
  const low = digit(text.charCodeAt(at + 2));
  return high < 0 || low < 0 ? -1 : 16 * high + low;
}

/** A hexadecimal digit's worth; negative for what is none. */
function digit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1;
}
