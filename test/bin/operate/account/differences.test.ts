import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { branchOf, TABLE } from '../../../../bin/operate/account/columns.ts';
import { differences, textIn } from '../../../../bin/operate/account/differences.ts';
import { judge } from '../../../../lambda/core/document/judge.ts';
import type { JsonObject } from '../../../../lambda/core/json.ts';
import { line, NOON, rules } from '../../../support/builders.ts';

const judgement = judge(line(), rules(), NOON);
const body = (judgement.kind === 'send' && judgement.parcel.items[0]?.body) || '';
const made: JsonObject = JSON.parse(body);
const columns = branchOf(TABLE.event, TABLE.shape);
const fieldsOf = (found: string | undefined) => differences(made, found, columns)?.fields;

describe('a document that somebody else wrote', () => {
  test('never stops the comparison, whatever it is, and never passes', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (found) => {
        expect(fieldsOf(found)?.length).toBeGreaterThan(0);
      }),
    );
  });

  test('never passes with one thing more, wherever it stands', () => {
    const places = [...body.matchAll(/\{/g)].map(({ index }) => index);
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.string(), fc.jsonValue(), (at, key, value) => {
        const more = `${JSON.stringify(key)}:${JSON.stringify(value)},`;
        const found = body.slice(0, at + 1) + more + body.slice(at + 1);
        // The event itself is a text with braces of its own.
        fc.pre(isJson(found) && !JSON.parse(found).event.original.includes(more));
        expect(fieldsOf(found)?.length ?? 0).toBeGreaterThan(0);
      }),
    );
  });

  test('never passes with a text cut short, wherever it ends', () => {
    for (let end = 0; end < body.length; end += 1) expect(fieldsOf(body.slice(0, end))).not.toBeUndefined();
  });

  test.each<[string, string, readonly string[]]>([
    ['a million lists in lists', `"x":${'['.repeat(1e6)}${']'.repeat(1e6)}`, ['x']],
    ['lists in lists where a text belongs', `"message":${'['.repeat(1e5)}${']'.repeat(1e5)}`, ['message']],
    ['a part again and again', '"user":{"name":"ana"},'.repeat(1e5).slice(0, -1), ['user.name']],
    ['a long list where a short one belongs', `"tags":[${'1,'.repeat(1e6)}1]`, ['tags']],
  ])('is compared in no depth and no time of its choice: %s', (_, more, fields) => {
    const found = body.replace('"name":"ana"', '"name":"eve"').replace(/^\{/, `{${more},`);
    expect(fieldsOf(found)).toEqual(expect.arrayContaining([...fields]));
  });

  test('with 200,000 fields names some and counts all', () => {
    const more = Array.from({ length: 200_000 }, (_, at) => `"${at}":1`).join();
    expect(differences(made, body.replace(/^\{/, `{${more},`), columns)).toMatchObject({ count: 200_000 });
  });
});

test('the document as it is made is not different', () => {
  expect(fieldsOf(body)).toBeUndefined();
});

test.each([
  ['{"a":{"b":"x"}}', 'x'],
  ['{"a":{"b":["x"]}}', undefined],
  ['{"a":{"b":{"x":1}}}', undefined],
  ['{"a":"b"}', undefined],
  ['{"a":[{"b":"x"}]}', undefined],
  ['{"a":{"b":7}}', undefined],
  ['{}', undefined],
  ['', undefined],
  ['{"a":{"b":"x', undefined],
])('of %s the text at a.b is %s', (json, text) => {
  expect(textIn(json, 'a', 'b')).toBe(text);
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
