import { expect, test } from 'vitest';
import { counted } from '../../../bin/cli/figures.ts';

test.each([
  [0, '0 lines'],
  [1, '1 line'],
  [12_518, '12,518 lines'],
])('%i is told as %s', (number, text) => {
  expect(counted(number, 'line')).toBe(text);
});

test('what follows a noun agrees with it, too', () => {
  expect([1, 2].map((number) => counted(number, 'line has', 'lines have'))).toEqual(['1 line has', '2 lines have']);
});
