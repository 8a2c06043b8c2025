import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { jsonText, parseExact, yamlText } from '../../../review/query/exact.ts';

/** Every value that JSON can hold, hostile keys and half characters among them. */
const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'on',
      'no',
      'null',
      '~',
      '1:30',
      '0x1f',
      '1e3',
      '- a',
      '# no',
      '\u0000',
      '\ud800',
      '\u2028',
      ' a\n b\n',
      '\ufeff',
      'a: b',
      '=',
      '<<',
      '2026-11-21',
      '.inf',
      '012',
      '\tx\n',
      '\n',
      '\r\n',
      '---',
      '...',
    ),
    fc.constantFrom(9_223_372_036_854_775_807n, -1_234_567_890_123_456_789n),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(
        fc.tuple(
          fc.oneof(
            fc.string({ unit: 'binary' }),
            fc.constantFrom('__proto__', 'on', 'y', '', '<<', 'constructor', '? a', '\u0000'),
          ),
          tie('value'),
        ),
        { maxLength: 4 },
      )
      .map((entries) => Object.fromEntries(entries)),
  ),
})).value;

/** What reads all integers as `bigint` gives safe ones as numbers here. */
function settled(value: unknown): unknown {
  if (typeof value === 'number' && /^-?\d{16,}$/.test(String(value))) return settled(BigInt(String(value)));
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Array.isArray(value)) return value.map(settled);
  if (typeof value !== 'object' || value === null) return value === 0 ? 0 : value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, settled(inner)]));
}

test('what is written as JSON reads back to equal values', () => {
  fc.assert(
    fc.property(values, (value) => {
      expect(settled(parseExact(jsonText(value)))).toEqual(settled(parseExact(jsonText(value, 0))));
      expect(settled(parseExact(jsonText(value)))).toEqual(settled(value));
    }),
  );
});

test.each(['1.2', '1.1'] as const)('what is written as YAML reads back to equal values by YAML %s', (version) => {
  fc.assert(
    fc.property(values, (value) => {
      const text = Buffer.from(yamlText(value)).toString();
      expect(settled(parse(text, { version, intAsBigInt: true, merge: false }))).toEqual(settled(value));
    }),
    { numRuns: 500 },
  );
});

describe('a number', () => {
  test('of 19 digits keeps all of them', () => {
    const text = '{"a":9223372036854775807,"b":[-9007199254740993],"c":1.5,"d":"9223372036854775807"}';
    expect(jsonText(parseExact(text), 0)).toBe(text);
    expect(yamlText(parseExact(text))).toContain('a: 9223372036854775807\n');
  });

  test('that a double holds stays a number', () => {
    expect(parseExact('[1, 9007199254740991, 1e21, 0.5]')).toEqual([1, 9_007_199_254_740_991, 1e21, 0.5]);
  });
});

describe('what a caller nested deeply', () => {
  const deep = (depth: number) => `{"a":${'[{"b\\"":'.repeat(depth)}[1,2]${'}]'.repeat(depth)},"c":"x"}`;

  test.each([50, 2000, 20_000])('%s times is read, and written without its digits or order lost', (depth) => {
    const value = parseExact(deep(depth));
    expect(jsonText(value, 0) === deep(depth)).toBe(true);
    expect(yamlText(value).length).toBeGreaterThan(depth);
  });

  test('is read although a number is so long that all numbers are looked at', () => {
    const text = `{"a":9223372036854775807,"b":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    expect(parseExact(text)).toHaveProperty('b');
  });
});
