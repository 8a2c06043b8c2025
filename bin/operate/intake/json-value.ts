const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const SPACE = 0x20;
const OPENERS = [0x7b, 0x5b];
const CLOSERS = [0x7d, 0x5d];

/**
 * Finds where a JSON value ends in bytes that come piece by piece. It goes by quotes and brackets alone: what is within
 * may be no JSON, and is found out by whoever reads it, so that one broken value does not keep those behind it.
 */
export class JsonValue {
  #depth = 0;
  #isInText = false;
  #isEscaped = false;

  /** Behind the value in this piece; -1: it goes on in the next one. */
  endIn(piece: Buffer, from: number): number {
    let [depth, isInText, isEscaped] = [this.#depth, this.#isInText, this.#isEscaped];
    for (let at = from; at < piece.length; at += 1) {
      const byte = piece[at] ?? 0;
      if (isInText) {
        if (isEscaped) isEscaped = false;
        else if (byte === BACKSLASH) isEscaped = true;
        else if (byte === QUOTE) {
          isInText = false;
          if (depth === 0) return at + 1;
        }
      } else if (byte === QUOTE) isInText = true;
      else if (byte === OPENERS[0] || byte === OPENERS[1]) depth += 1;
      else if (byte === CLOSERS[0] || byte === CLOSERS[1]) {
        // A number or a word ends before what stands around it.
        if (depth === 0) return at;
        depth -= 1;
        if (depth === 0) return at + 1;
      } else if (depth === 0 && (byte === COMMA || byte <= SPACE)) return at;
    }
    [this.#depth, this.#isInText, this.#isEscaped] = [depth, isInText, isEscaped];
    return -1;
  }
}
