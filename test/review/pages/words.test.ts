import { expect, test } from 'vitest';
import { lasting, whenIn } from '../../../review/pages/when.ts';
import { deed, kindWords, person } from '../../../review/pages/words.ts';
import { auditRow, NOON } from '../../support/builders.ts';

const textOf = (text: unknown) => String(text).replaceAll(/<[^>]*>/g, '');

test.each([
  [{}, 'patched'],
  [{ outcome: 'failure' }, 'tried to patch'],
  [{ isDryRun: true }, 'rehearsed (dry run): patch'],
  [{ verb: 'deletecollection' }, 'deleted all of'],
  [{ verb: 'create', kind: { resource: 'pods', group: '', subresource: 'exec' } }, 'ran a command in'],
  [{ verb: '__proto__' }, '__proto__'],
] as const)('%j is told as %s', (overrides, words) => {
  expect(deed(auditRow(overrides))).toBe(words);
});

test.each([
  [{ resource: 'pods', group: '' }, 'pods'],
  [{ resource: 'pods', group: '', subresource: 'exec' }, 'pods'],
  [{ resource: 'pods', group: '', subresource: 'status' }, 'pods/status'],
  [{ resource: 'networkpolicies', group: 'networking.k8s.io' }, 'networkpolicies.networking.k8s.io'],
] as const)('the kind %j is told as %s', (kind, words) => {
  expect(kindWords(auditRow({ kind }))).toBe(words);
});

test.each([
  [{ name: 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ana', session: 'ana' }, 'ana'],
  [{ name: 'shop:ana', session: 'ana' }, 'shop:ana'],
  [{ name: 'admin', session: 'ana' }, 'ana'],
  [{ name: 'system:node:ip-10-0-0-1', session: 'i-0123' }, 'system:node:ip-10-0-0-1'],
  [{ name: 'system:serviceaccount:shop:web' }, 'shop/web'],
  [{ name: '' }, 'nobody known'],
])('%j is called %s', (who, name) => {
  expect(person(who)).toBe(name);
});

test('a moment is told in the reader’s time and in UTC, with the day where they differ', () => {
  expect(textOf(whenIn('Europe/Berlin').moment(NOON))).toBe('13:00:00.000 12:00:00 UTC');
  expect(textOf(whenIn('UTC').moment(NOON))).toBe('12:00:00.000 UTC');
  expect(textOf(whenIn('Pacific/Auckland').moment(NOON, 'full'))).toBe(
    '2026-11-22 01:00:00.000 2026-11-21 12:00:00 UTC',
  );
});

test.each([
  [1000, '1 second'],
  [90_000, '2 minutes'],
  [3_600_000, '1 hour'],
  [200_000_000, '2 days'],
])('%i ms last %s', (milliseconds, text) => {
  expect(lasting(milliseconds)).toBe(text);
});
