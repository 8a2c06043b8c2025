import { expect, test } from 'vitest';
import { didYouMean, nearest } from '../../../lib/problems/nearest.ts';

test.each([
  ['with a letter too few', 'retenion', 'retention'],
  ['with two letters in the other order', 'sercet', 'secret'],
  ['in other capitals', 'SECRET', 'secret'],
  ['near to two', 'retentions', 'retention'],
  ['near to none', 'colour', undefined],
  ['without letters', '', undefined],
])('a word %s', (_, written, meant) => {
  expect(nearest(written, ['intention', 'retention', 'secret', 'caFile'])).toBe(meant);
});

test('what was meant is asked for in a sentence, and nothing where it is not known', () => {
  expect(didYouMean('pord', ['staging', 'prod'])).toBe(' Did you mean "prod"?');
  expect(didYouMean('elsewhere', ['staging', 'prod'])).toBe('');
});
