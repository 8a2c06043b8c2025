import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BROKEN, CUT, skipSpace, valueEnd } from '../../../../lambda/core/json/scan.ts';
import { unitsOf } from '../../../../lambda/core/json/units.ts';
import { container, nearly, prefixes, value } from './texts.ts';

const RUNS = { numRuns: 2000 };

/** What the scanner says of a whole text: the end of its value, with nothing but white space around. */
function scanned(text: string): number {
  const units = unitsOf(text);
  const end = valueEnd(units, skipSpace(units, 0));
  if (end < 0) return end;
  return skipSpace(units, end) === text.length ? end : BROKEN;
}

/** What V8 says of it. */
function parsed(text: string): number {
  try {
    JSON.parse(text);
    return text.trimEnd().length;
  } catch (error) {
    const { message } = error as SyntaxError;
    const at = /at position (\d+)/.exec(message)?.[1];
    return message.includes('end of JSON input') || Number(at) === text.length ? CUT : BROKEN;
  }
}

test('what JSON.parse takes has its end there', () => {
  fc.assert(
    fc.property(container, (text) => {
      expect(scanned(text)).toBe(text.length);
    }),
    RUNS,
  );
});

test('what JSON.parse refuses is cut or broken as it says', () => {
  // A number alone might go on at the end: white space ends it.
  fc.assert(
    fc.property(nearly, (text) => {
      expect(scanned(`${text} `)).toBe(parsed(`${text} `));
    }),
    RUNS,
  );
  fc.assert(
    fc.property(nearly, (text) => {
      expect(scanned(`[${text}`)).toBe(parsed(`[${text}`));
    }),
    RUNS,
  );
});

test('all that comes before the end is cut', () => {
  fc.assert(
    fc.property(container, (text) => {
      for (const prefix of prefixes(text)) expect([prefix, scanned(prefix)]).toEqual([prefix, CUT]);
    }),
  );
});

test('a value ends at the same place whatever follows it', () => {
  fc.assert(
    fc.property(value, fc.constantFrom(' ', ',', ']', '}', ' x'), (text, behind) => {
      expect(valueEnd(unitsOf(text + behind), 0)).toBe(text.length);
    }),
    RUNS,
  );
});

describe('a text that ends within', () => {
  test.each([
    '',
    ' ',
    '{',
    '[',
    '"',
    '"\\',
    '"\\u',
    '"\\u00e',
    '-',
    '1',
    '10',
    '1.',
    '1.5',
    '1e',
    '1e+',
    '1e+5',
    'n',
    'tru',
  ])('%j is cut', (text) => expect(scanned(text)).toBe(CUT));

  test.each([
    '}',
    '"\n',
    '"\\x',
    '"\\u00g',
    '-x',
    '01',
    '1.x',
    '1ex',
    'nil',
    'x',
    '[1 2',
    '[1,]',
    '{"a",',
    '{1',
    '{"a":1,}',
    '[}',
    '{]',
    '[{]',
  ])('%j is broken', (text) => expect(scanned(text)).toBe(BROKEN));
});

describe('however deep a text is', () => {
  const DEEP = 100_000;
  test.each([
    ['arrays', '['.repeat(DEEP), ']'.repeat(DEEP)],
    ['objects', '{"a":'.repeat(DEEP), `1${'}'.repeat(DEEP)}`],
    ['both', '[{"a":'.repeat(DEEP), `[]${'}]'.repeat(DEEP)}`],
  ])('%s', (_, begin, end) => {
    expect(scanned(begin + end)).toBe(begin.length + end.length);
    expect(scanned(begin)).toBe(CUT);
    expect(scanned(`${begin}${end.slice(0, -1)}x`)).toBe(BROKEN);
  });
});
