import { describe, expect, test } from 'vitest';
import { at } from '../../lambda/core/json.ts';
import { route } from '../../lambda/core/route.ts';
import type { Rule } from '../../lambda/core/rules.ts';
import { event, line, NOON, rules } from '../builders.ts';
import { policy } from './policy-builders.ts';

/** `event.original` of a line that is judged by one rule. */
function originalOf(message: string, rule: Partial<Rule>): unknown {
  const routed = route(line({ message }), rules({ policy: policy([rule]) }), NOON);
  if (routed.kind === 'dropped' || routed.parcel.kind === 'parked') return routed.kind;
  return at(JSON.parse(routed.parcel.items[0]?.body ?? '{}'), 'event', 'original');
}

const body = '{"big":1234567890123456789,"one":1.0}';
const message = JSON.stringify(event({ requestObject: '@', responseObject: '@' })).replaceAll('"@"', body);

describe('event.original is', () => {
  test('the line, byte for byte, where the policy changes nothing', () => {
    expect(originalOf(message, { level: 'RequestResponse' })).toBe(message);
    expect(originalOf(` ${message} \n`, { level: 'RequestResponse' })).toBe(` ${message} `);
  });

  test('the line without what the policy takes, every number as it was written', () => {
    expect(originalOf(message, { level: 'Request' })).toBe(
      message.replace(`,"responseObject":${body}`, '').replace('"RequestResponse"', '"Request"'),
    );
  });

  test('the same of a body 100,000 deep', () => {
    const deep = `${'{"a":['.repeat(50_000)}${']}'.repeat(50_000)}`;
    const given = message.replace(body, deep);
    expect(originalOf(given, { level: 'RequestResponse' })).toBe(given);
    expect(originalOf(given, { level: 'Request' })).toBe(
      given.replace(`,"responseObject":${body}`, '').replace('"RequestResponse"', '"Request"'),
    );
  });
});
