import { expect, test } from 'vitest';
import { namesOf } from '../../../../bin/operate/follow/names.ts';

const names = namesOf('kube-audit.log');
const ordered = (...all: readonly string[]) =>
  names.arrange(all.map((name) => ({ name }))).map(({ file }) => file.name);

test('what the API server rotated comes in the order of its names, the file that is written to last', () => {
  expect(
    ordered(
      'kube-audit.log',
      'kube-audit-2026-11-21T23-10-00.123.log',
      'kube-audit-2026-11-21T23-10-00.024.log.gz',
      'kube-audit-2025-12-01T00-00-00.000.log',
    ),
  ).toEqual([
    'kube-audit-2025-12-01T00-00-00.000.log',
    'kube-audit-2026-11-21T23-10-00.024.log.gz',
    'kube-audit-2026-11-21T23-10-00.123.log',
    'kube-audit.log',
  ]);
});

test('of what logrotate numbered the greater number is the older', () => {
  expect(ordered('kube-audit.log.2', 'kube-audit.log', 'kube-audit.log.10.gz', 'kube-audit.log.1')).toEqual([
    'kube-audit.log.10.gz',
    'kube-audit.log.2',
    'kube-audit.log.1',
    'kube-audit.log',
  ]);
});

test('a file that is being packed is read in its unpacked form alone', () => {
  expect(ordered('kube-audit.log.1', 'kube-audit.log.1.gz')).toEqual(['kube-audit.log.1']);
});

test.each([
  'kube-audit.log.bak',
  'kube-audit-policy.log',
  'kube-auditXlog',
  'other.log',
  'kube-audit-2026-11-21T23-10-00.123.log.zst',
  'my-kube-audit.log',
])('%s is of another log, or of none', (name) => {
  expect(names.belongs(name)).toBe(false);
});
