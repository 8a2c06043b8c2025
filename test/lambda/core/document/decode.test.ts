import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode } from '../../../../lambda/core/document/decode.ts';
import { event } from '../../../support/builders.ts';

const whole = JSON.stringify(event());

describe('a line becomes', () => {
  test.each([
    ['an event', whole, 'event'],
    ['an event of an older version', whole.replace('audit.k8s.io/v1', 'audit.k8s.io/v1beta1'), 'event'],
    ['truncated by its mark', '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Req[Truncated...]', 'truncated'],
    ['truncated without a mark', whole.slice(0, -40), 'truncated'],
    ['no JSON', 'E1121 12:00:00.000000 watcher.go:247] failed', 'not JSON'],
    ['no JSON when empty', '', 'not JSON'],
    ['no audit event: another object', '{"kind":"Pod","apiVersion":"v1"}', 'not an audit event'],
    ['no audit event: a list', '[]', 'not an audit event'],
    ['no audit event: null', 'null', 'not an audit event'],
  ])('%s', (_, message, expected) => {
    const decoded = decode(message);
    expect(decoded.kind === 'event' ? 'event' : decoded.reason).toBe(expected);
  });
});

test('the text is the line without trailing newlines', () => {
  expect(decode(`${whole}\r\n\n`).text).toBe(whole);
  expect(decode('\ra\n\r\nb \n').text).toBe('\ra\n\r\nb ');
  expect(decode('\n\r\n').text).toBe('');
});

test('no line throws', () => {
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => void decode(text)));
});
