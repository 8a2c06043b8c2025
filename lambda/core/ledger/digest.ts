import { hash } from 'node:crypto';

/**
 * Of a set of lines: the sum of the 128-bit hashes of their eventIds, modulo 2^128. The same in whatever order they
 * come, and two sums add up to the sum of both: constant state per minute, whatever the volume.
 */
export type Digest = bigint;

const BITS = 128;

export function digestOf(eventId: string): Digest {
  return BigInt(`0x${hash('sha256', eventId, 'hex').slice(0, BITS / 4)}`);
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
