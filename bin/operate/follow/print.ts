import { createHash } from 'node:crypto';
import type { LogText } from './folder.ts';
import type { Place, Print } from './place.ts';

/** Bytes: of the first line, and of what stands before a place, so many at the most. */
const WIDTH = 4096;
const NEWLINE = 0x0a;

/** Of a text of which nothing was read. */
export const NO_PRINT: Print = { first: 0, head: digest(Buffer.alloc(0)), tail: digest(Buffer.alloc(0)) };

/** Of a text that was passed on up to `offset`. */
export async function printOf(text: LogText, offset: number): Promise<Print> {
  const begin = await text.read(0, WIDTH);
  const newline = begin.indexOf(NEWLINE);
  // What begins a line begins many.
  const first = newline >= 0 ? newline + 1 : begin.length === WIDTH ? WIDTH : 0;
  const tail = await text.read(Math.max(0, offset - WIDTH), Math.min(WIDTH, offset));
  return { first, head: digest(begin.subarray(0, first)), tail: digest(tail) };
}

/** Whether a text begins as the place's did, up to the place. */
export async function holds(text: LogText, { offset, print }: Pick<Place, 'offset' | 'print'>): Promise<boolean> {
  const first = await text.read(0, print.first);
  if (first.length < print.first || digest(first) !== print.head) return false;
  const width = Math.min(WIDTH, offset);
  const tail = await text.read(offset - width, width);
  return tail.length === width && digest(tail) === print.tail;
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
}
