import { expect, test } from 'vitest';
import { eventId, lineId } from '../../../../lambda/core/document/identity.ts';
import { event, NOON } from '../../../support/builders.ts';

const text = JSON.stringify(event());

test('the same event has the same id, wherever it is read from', () => {
  expect(eventId('prod', text, event())).toBe(eventId('prod', text, event()));
});

test('an id is 32 characters of base64url, which Elasticsearch stores as 24 bytes', () => {
  expect(eventId('prod', text, event())).toMatch(/^[\w-]{32}$/);
});

test('two events with the same Audit-ID have different ids: the caller chooses that header', () => {
  const other = event({ verb: 'delete' });
  expect(eventId('prod', JSON.stringify(other), other)).not.toBe(eventId('prod', text, event()));
});

test('the same line in two clusters has two ids', () => {
  expect(eventId('prod', text, event())).not.toBe(eventId('stage', text, event()));
});

test('later events have greater ids, byte by byte', () => {
  const bytes = (stageTimestamp: string) => Buffer.from(eventId('prod', text, event({ stageTimestamp })), 'base64url');
  const order = Buffer.compare(bytes('2026-11-21T11:59:59.250000Z'), bytes('2026-11-21T11:59:59.251000Z'));
  expect(order).toBe(-1);
});

test.each([
  ['the stage timestamp', {}, NOON - 750],
  ['the request timestamp where the stage has none', { stageTimestamp: undefined }, NOON - 1000],
  ['zero where it has neither', { stageTimestamp: 'soon', requestReceivedTimestamp: 7 }, 0],
  ['zero for a time before 1970', { stageTimestamp: '1969-01-01T00:00:00Z' }, 0],
])('the time in front is %s', (_, overrides, expected) => {
  expect(Buffer.from(eventId('prod', text, event(overrides)), 'base64url').readUIntBE(0, 6)).toBe(expected);
});

test('what is no event is told apart by the time CloudWatch files it under', () => {
  expect(lineId('prod', NOON, 'x')).not.toBe(lineId('prod', NOON + 1, 'x'));
});

test('ids are what they were when the first documents were indexed', () => {
  const time = { stageTimestamp: '2026-11-21T11:59:59.250000Z' };
  expect(eventId('prod', '{"a":"é→𝒳"}', time)).toBe('AaH9-kMSNSawlHc3Oz15rpkqvV2MrPRn');
  expect(lineId('prod', 1_795_262_400_123, 'no event \ud800')).toBe('AaH9-kZ7OSosvseE5lGgXDg9r9IxOC1_');
  expect(eventId('p', '', {})).toBe('AAAAAAAA37VFXCwFWeyTI9W70ogLJi2O');
});
