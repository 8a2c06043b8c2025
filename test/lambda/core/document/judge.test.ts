import { describe, expect, test } from 'vitest';
import { judge } from '../../../../lambda/core/document/judge.ts';
import { at } from '../../../../lambda/core/json.ts';
import type { Rule } from '../../../../lambda/core/policy/policy.ts';
import { event, line, NOON, rules } from '../../../support/builders.ts';
import { policy } from '../policy/builders.ts';

/** `event.original` of a line that is judged by one rule. */
function originalOf(message: string, rule: Partial<Rule>): unknown {
  const judgement = judge(line({ message }), rules({ policy: policy([rule]) }), NOON);
  if (judgement.kind === 'dropped' || judgement.parcel.kind === 'parked') return judgement.kind;
  return at(JSON.parse(judgement.parcel.items[0]?.body ?? '{}'), 'event', 'original');
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

describe('a body that stands twice has no managed fields left, whichever the event shows', () => {
  const own = '{"metadata":{"managedFields":[{"manager":"secret"}],"name":"web"}}';
  const list = `{"items":[${own}]}`;
  const without = (text: string) => text.replaceAll('"managedFields":[{"manager":"secret"}],', '');

  test.each<[string, string, string]>([
    ['requestObject', own, '{}'],
    ['requestObject', '{}', own],
    ['requestObject', own, list],
    ['requestObject', list, own],
    ['request\\u004fbject', own, '1'],
    ['responseObject', list, 'null'],
  ])('%s: %s, then %s', (key, first, last) => {
    const name = JSON.parse(`"${key}"`);
    const text = JSON.stringify(event({ verb: 'create', [name]: '@' })).replace(
      `"${name}":"@"`,
      `"${key}":${first},"${name}":${last}`,
    );
    expect(originalOf(text, { level: 'RequestResponse', omitManagedFields: true })).toBe(without(text));
    expect(originalOf(text, { level: 'RequestResponse' })).toBe(text);
  });

  test('and of one that stands once nothing else goes', () => {
    const text = JSON.stringify(event({ verb: 'list', responseObject: '@' })).replace(
      '"@"',
      '{"metadata":{"managedFields":[]},"items":[],"text":"\\u0041"}',
    );
    expect(originalOf(text, { level: 'RequestResponse', omitManagedFields: true })).toBe(text);
  });
});

describe('a line whose judging throws', () => {
  const secret = 'what no policy has judged';
  const text = JSON.stringify(event({ requestObject: { data: secret }, responseObject: { data: secret } }));
  /** A policy that no loader makes. */
  const BROKEN = rules({ policy: { omitStages: [], omitManagedFields: false, rules: [Object.create(null)] } });

  test('is parked with a reason of its own, at Metadata, and no body of it is anywhere', () => {
    const judgement = judge(line({ message: text }), BROKEN, NOON);
    if (judgement.kind !== 'send') throw new Error(judgement.kind);
    expect(judgement.parcel).toMatchObject({ kind: 'parked', reason: 'not judged' });
    const [item] = judgement.parcel.items;
    expect(item?.body).not.toContain(secret);
    const shown: unknown = JSON.parse(String(at(JSON.parse(item?.body ?? ''), 'event', 'original')));
    expect(shown).toMatchObject({ level: 'Metadata', verb: 'patch' });
  });
});
