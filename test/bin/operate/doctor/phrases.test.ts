import { expect, test } from 'vitest';
import { phrasesBegin } from '../../../../bin/operate/doctor/phrases.ts';

const index = (date: string, message: object | undefined) => ({
  index: `logs-kubernetes.audit_logs-prod-${date}`,
  mappings: { properties: { message } },
});
const before = { type: 'text', norms: false, index_options: 'docs' };
const now = { type: 'text', norms: false };

test('phrases are found in indices after the last that was made without positions', () => {
  const said = phrasesBegin([index('2026.11.20', before), index('2026.11.22', now), index('2026.11.21', before)]);
  expect(said).toContain('after 2026.11.21: 2 of 3 ');
});

test('a month’s index says its month', () => {
  expect(phrasesBegin([index('2026.10', before), index('2026.11', now)])).toContain('after 2026.10: 1 of 2 ');
});

test.each<[string, readonly ReturnType<typeof index>[]]>([
  ['are no indices', []],
  ['all indices have positions', [index('2026.11.21', now), index('2026.11.22', { ...now, index_options: 'offsets' })]],
  ['a foreign index has no message', [index('2026.11.21', undefined)]],
])('nothing is said where there %s', (_, indices) => {
  expect(phrasesBegin(indices)).toBeUndefined();
});
