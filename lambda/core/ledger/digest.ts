import { hash } from 'node:crypto';

/**
 * Of a set of lines: the sum of the 128-bit hashes of their eventIds, modulo 2^128. The same in whatever order they
 * come, and two sums add up to the sum of both: constant state per minute, whatever the volume.
 */
export type Digest = bigint;

/** 128 bits as four words, the lowest last. */
export type EventHash = Uint32Array;

const BITS = 128;
export const HASH_WORDS = BITS / 32;

export function hashOf(eventId: string): EventHash {
  // As text: a Buffer for each line would be most of what a line costs that is only compared.
  const bytes = hash('sha256', eventId, 'binary');
  const words = new Uint32Array(HASH_WORDS);
  for (let at = 0; at < HASH_WORDS; at += 1) words[at] = wordAt(bytes, 4 * at);
  return words;
}

function wordAt(bytes: string, at: number): number {
  const [one, two] = [bytes.charCodeAt(at), bytes.charCodeAt(at + 1)];
  return (one << 24) | (two << 16) | (bytes.charCodeAt(at + 2) << 8) | bytes.charCodeAt(at + 3);
}

/** Adds a hash to a sum of hashes, in place. */
export function addHash(sum: EventHash, one: EventHash): void {
  let carry = 0;
  for (let at = HASH_WORDS - 1; at >= 0; at -= 1) {
    const word = (sum[at] ?? 0) + (one[at] ?? 0) + carry;
    sum[at] = word;
    carry = word > 0xffff_ffff ? 1 : 0;
  }
}

export function digestOf(sum: EventHash): Digest {
  return sum.reduce((digest, word) => (digest << 32n) | BigInt(word), 0n);
}

export function addDigests(one: Digest, other: Digest): Digest {
  return BigInt.asUintN(BITS, one + other);
}

export function digestText(digest: Digest): string {
  return digest.toString(16).padStart(BITS / 4, '0');
}

export function parseDigest(text: string): Digest {
  return BigInt(`0x${text}`);
}
