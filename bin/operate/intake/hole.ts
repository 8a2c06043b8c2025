/**
 * Bytes of zeros in front. A writer that does not append leaves a hole of them in front of what it writes to a file that
 * somebody truncated: they are no part of its first line.
 */
export function zerosBefore(bytes: Buffer): number {
  const found = bytes.findIndex((byte) => byte !== 0);
  return found < 0 ? bytes.length : found;
}

const ZEROS = Buffer.alloc(64 * 1024);

/** As many zeros, without memory for them. */
export function* zeros(bytes: number): Generator<Buffer, undefined, undefined> {
  for (let left = bytes; left > 0; left -= ZEROS.length) yield ZEROS.subarray(0, left);
  return undefined;
}
