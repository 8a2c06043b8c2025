import { expect, test } from 'vitest';
import { patternFault } from '../../../lib/config/index-pattern.ts';

test.each([
  'logs-kubernetes.audit_logs-{cluster}-{yyyy.MM.dd}',
  'logs-kubernetes.audit_logs-{cluster}-{yyyy.MM}.01',
  'logs-eks.audit-{cluster}-{yyyy.MM}',
  'eks-audit-{yyyy.MM}',
  'audit_{cluster}.{yyyy.MM.dd}',
])('%s names indices of its own', (pattern) => {
  expect(patternFault(pattern)).toBeUndefined();
});

test.each([
  '{cluster}-{yyyy.MM.dd}',
  '{yyyy.MM.dd}',
  'a{cluster}-{yyyy.MM.dd}',
  'logs-{cluster}-{yyyy.MM.dd}',
  'logs-{yyyy.MM}',
  'logs-kubernetes.{cluster}-{yyyy.MM.dd}',
  'metrics-eks.{yyyy.MM}',
])('%s would take other people’s names', (pattern) => {
  expect(patternFault(pattern)?.[0]).toBe(
    'a name of its own before the first {, with a dash, dot or underscore after it',
  );
});

test('the indices of parked lines are not for events', () => {
  expect(patternFault('logs-kubernetes.audit_parked-{cluster}-{yyyy.MM.dd}')?.[0]).toBe(
    'another name than that of parked lines',
  );
});

test('a month’s first day is the only day that may be written out', () => {
  expect(patternFault('eks-{cluster}-{yyyy.MM}.02')?.[0]).toBe('a pattern that ends in {yyyy.MM.dd} or {yyyy.MM}');
});
