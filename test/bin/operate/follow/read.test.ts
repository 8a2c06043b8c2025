import { expect, test } from 'vitest';
import type { LogText } from '../../../../bin/operate/follow/folder.ts';
import { areStill, nextLines } from '../../../../bin/operate/follow/read.ts';

/** A text that is made anew behind so many reads. */
function textOf(first: string, next: string, reads: number): LogText {
  let read = 0;
  const bytes = () => {
    read += 1;
    return Buffer.from(read > reads ? next : first);
  };
  return {
    ...{ device: 'disk', inode: '1', size: first.length, modified: 0 },
    read: async (from, length) => bytes().subarray(from, from + length),
    fault: () => undefined,
    close: async () => {},
  };
}

test.each([1, 2, 3, 4, 5, 6])('lines of two texts are not taken for those of one, after %d reads', async (reads) => {
  const text = textOf('{"one":1}\n', '{"another":2222}\n{"another":3}\n', reads);
  const { lines } = await nextLines(text, 0, false, { piece: 5 });
  const [one, two] = [lines.map((line) => line.text), await areStill(text, lines)];
  const isWhole = one.every((line) => ['{"one":1}', '{"another":2222}', '{"another":3}'].includes(line));
  expect(isWhole || !two).toBe(true);
});
