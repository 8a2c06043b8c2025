import { expect, test } from 'vitest';
import { doneText } from '../../../bin/commands/export.ts';
import { ALL } from '../../../review/query/filter.ts';

const MANIFEST = {
  createdAt: '2026-11-21T12:00:00.000Z',
  format: 'yaml',
  selection: { kind: 'filter', filter: ALL },
  query: {},
  events: 1200,
  truncated: 0,
  asText: 0,
  bytes: 1,
  sha256: 'abc',
} as const;

test.each([
  [{}, 'a.yaml: 1,200 events, 1 byte\n'],
  [{ truncated: 2 }, 'a.yaml: 1,200 events (kept as text: 2 cut by CloudWatch Logs), 1 byte\n'],
  [{ asText: 1 }, 'a.yaml: 1,200 events (kept as text: 1 no JSON object, or nested too deeply), 1 byte\n'],
])('an export says of %j what of it stands there as text', (counts, line) => {
  expect(doneText('a.yaml', { ...MANIFEST, ...counts })).toContain(line);
});

test('an export of nothing says what a name must be like', () => {
  expect(doneText('a.yaml', { ...MANIFEST, events: 0 })).toMatch(/No event matches: names must match whole.*\n$/);
  expect(doneText('a.yaml', MANIFEST)).not.toContain('No event matches');
});
