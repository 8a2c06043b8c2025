import { expect, test } from 'vitest';
import { columnsOf, cut, wrapped } from '../../../bin/cli/width.ts';

const SENTENCE = 'The frontier is 44 seconds behind now, and that is as it should be.';

test('a sentence is broken between words, and its own line breaks stay', () => {
  expect(wrapped(`${SENTENCE}\nAnother one.`, 40).split('\n')).toEqual([
    'The frontier is 44 seconds behind now,',
    'and that is as it should be.',
    'Another one.',
  ]);
});

test('a line that is too long ends in a mark, and one that fits stays as it is', () => {
  expect(cut('abcdef', 5)).toBe('abcd…');
  expect(cut('abcde', 5)).toBe('abcde');
});

test('where there is no terminal nothing is broken and nothing left out', () => {
  const columns = columnsOf({ isTTY: false, columns: 80 });
  expect([wrapped(SENTENCE.repeat(9), columns), cut(SENTENCE.repeat(9), columns)]).toEqual([
    SENTENCE.repeat(9),
    SENTENCE.repeat(9),
  ]);
});
