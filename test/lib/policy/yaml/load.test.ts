import { describe, expect, test } from 'vitest';
import { loadYaml } from '../../../../lib/policy/yaml/load.ts';
import { loaded } from './loaded.ts';

/** What each text gives was found by running go-yaml. */
const REFUSED = 'refused';

describe('block style', () => {
  test.each([
    ['a: b', '{"a":"b"}'],
    ['a:b', '"a:b"'],
    ['a:\n  b', '{"a":"b"}'],
    ['a:\nb', REFUSED],
    ['a:\nb:', '{"a":null,"b":null}'],
    ['a:\n- b\n- c', '{"a":["b","c"]}'],
    ['a:\n - b\n- c', REFUSED],
    ['- a\n-', '["a",null]'],
    ['- - a\n  - b', '[["a","b"]]'],
    ['- a: b\n  c: d', '[{"a":"b","c":"d"}]'],
    ['- a: b\n c: d', REFUSED],
    ['a: - b', REFUSED],
    ['a: b: c', REFUSED],
    ['a: b\n c', '{"a":"b c"}'],
    ['a: b\n c: d', REFUSED],
    [' a: b\n c: d', '{"a":"b","c":"d"}'],
    [': a', REFUSED],
    ['a\nb: c', REFUSED],
    ['-a', '"-a"'],
    ['--- a\n--- b', '"a"'],
    ['a\n...\n}', '"a"'],
    ['---', 'null'],
    ['# a', 'null'],
    ['a # b', '"a"'],
    ['a# b', '"a# b"'],
    ['- # c\n  a', '["a"]'],
    ['-\ta', REFUSED],
    ['- \ta', REFUSED],
    ['-\ta: b', REFUSED],
    ['a:\t b', '{"a":"b"}'],
    ['a: b\n\t# c', REFUSED],
    ['a: b # c\n \t# d', REFUSED],
    ['a:\n\t# c\n  b', REFUSED],
    ['\t# c\na: b', REFUSED],
    ['a:\n  : b\na: c', REFUSED],
    ['a:\n- b\n #c\n- d', '{"a":["b","d"]}'],
    ['a:\r\n- b\rc: d\x85e: f', '{"a":["b"],"c":"d","e":"f"}'],
  ])('%j', (text, expected) => {
    expect(loaded(text)).toBe(expected);
  });
});

describe('flow style', () => {
  test.each([
    ['[a, b,]', '["a","b"]'],
    ['[a,, b]', REFUSED],
    ['[a b, c]', '["a b","c"]'],
    ['[a: b, c]', '[{"a":"b"},"c"]'],
    ['{a, b: c}', '{"a":null,"b":"c"}'],
    ['{a: , b: }', '{"a":null,"b":null}'],
    ['{"a":b}', '{"a":"b"}'],
    ['{a:b}', '{"a:b":null}'],
    ['{a: [b, {c: d}]}', '{"a":["b",{"c":"d"}]}'],
    ['[a', REFUSED],
    ['{a: b', REFUSED],
    [']', REFUSED],
    ['[\na\n]', '["a"]'],
    ['[a?b]', REFUSED],
    ['[- a]', REFUSED],
    ['[:a]', REFUSED],
    ['{a: b,\n c: d}', '{"a":"b","c":"d"}'],
    ['{a:[b]}', REFUSED],
    ['{a\n b: c}', REFUSED],
    ['{"a"\n: b}', REFUSED],
    ['{&a\nb: c}', REFUSED],
  ])('%j', (text, expected) => {
    expect(loaded(text)).toBe(expected);
  });
});

describe('quotes, tags, anchors and directives', () => {
  test.each([
    ['"a', REFUSED],
    ["'a''b'", '"a\'b"'],
    ['"\\/"', REFUSED],
    ['"\\ud83d\\ude00"', REFUSED],
    ["'a''", REFUSED],
    ['"a\\"', REFUSED],
    ['- "a\n  b"', '["a b"]'],
    ['"a\n\n b"', '"a\\nb"'],
    ['"a\\\n  b"', '"ab"'],
    ['"a\n--- b"', REFUSED],
    ['!!str 1', '"1"'],
    ['!!int 1', '1'],
    ['!!int a', REFUSED],
    ['!!float 1', '1'],
    ['!!null a', REFUSED],
    ['!!seq {a: b}', '{"a":"b"}'],
    ['!a!b c', REFUSED],
    ['%TAG !a! x:\n--- !a!b c', '"c"'],
    ['!<tag:yaml.org,2002:int> 1', '1'],
    ['!<> 1', REFUSED],
    ['[!a ]', '[""]'],
    ['[!a]', REFUSED],
    ['!a#b c', REFUSED],
    ['!a%20 c', '"c"'],
    ['!a%zz c', REFUSED],
    ['&a b', '"b"'],
    ['&a', 'null'],
    ['& b', REFUSED],
    ['&a.b c', REFUSED],
    ['[&a b, *a]', '["b","b"]'],
    ['&a !x b', '"b"'],
    ['!x &a b', '"b"'],
    ['*a', REFUSED],
    ['{*a : b}', REFUSED],
    ['[&a b, {*a : c}]', '["b",{"b":"c"}]'],
    ['%YAML 1.1\n---\na', '"a"'],
    ['%YAML 1.1\n%YAML 1.1\n---\na', REFUSED],
    ['%YAML 1.1\na', REFUSED],
    ['%FOO\n---\na', REFUSED],
    ['a\n%b', '"a %b"'],
  ])('%j', (text, expected) => {
    expect(loaded(text)).toBe(expected);
  });
});

describe('blocks of text', () => {
  test.each([
    ['|\n a\n b', '"a\\nb"'],
    ['|\n a\n b\n', '"a\\nb\\n"'],
    ['>\n a\n b\n', '"a b\\n"'],
    ['>\n a\n\n b\n', '"a\\nb\\n"'],
    ['|-\n a\n\n', '"a"'],
    ['|+\n a\n\n', '"a\\n\\n"'],
    ['|2\n   a', '" a"'],
    ['|0\n a', REFUSED],
    ['|12\n a', REFUSED],
    ['|+1-\n a', REFUSED],
    ['| # c\n a', '"a"'],
    ['| c\n a', REFUSED],
    ['a: |\n b\nc: d', '{"a":"b\\n","c":"d"}'],
    ['a: |\nb: c', '{"a":"","b":"c"}'],
    ['- |\n a\n- b', '["a\\n","b"]'],
    ['|\n \ta', REFUSED],
    ['|\n a\tb', '"a\\tb"'],
    ['|\n\ta', REFUSED],
    ['[|]', REFUSED],
  ])('%j', (text, expected) => {
    expect(loaded(text)).toBe(expected);
  });
});

describe('keys', () => {
  test.each([
    ['1: a', '{"1":"a"}'],
    ['0x10: a', '{"16":"a"}'],
    ['y: a', '{"true":"a"}'],
    ['1.50: a', '{"1.5":"a"}'],
    ['.inf: a', '{".inf":"a"}'],
    ['2001-01-01: a', '{"2001-01-01":"a"}'],
    ['~: a', REFUSED],
    ['"": a', '{"":"a"}'],
    ['18446744073709551615: a', REFUSED],
    ['{a: b}: c', REFUSED],
    ['? [a]\n: c', REFUSED],
    ['a: 1\na: 2', '{"a":2}'],
    ['a: .nan', REFUSED],
    ['a: .nan\na: 1', '{"a":1}'],
    ['<<: {a: 1}\na: 2', '{"a":2}'],
    ['! <<: {a: 1}', '{"a":1}'],
    ['a: 2\n<<: {a: 1}', '{"a":1}'],
    ['<<: [{a: 1}, {a: 2, b: 3}]', '{"a":1,"b":3}'],
    ['<<: a', REFUSED],
  ])('%j', (text, expected) => {
    expect(loaded(text)).toBe(expected);
  });
});

test('keys that stand twice are told with their lines', () => {
  expect(loadYaml('a: 1\nb:\n  c: 1\n  c: 2\na: 3')).toMatchObject({
    duplicates: [
      { key: 'c', line: 4 },
      { key: 'a', line: 5 },
    ],
  });
});

test('every value knows its line', () => {
  expect(loadYaml('a:\n- b\n- {c: d}\n')).toMatchObject({
    value: {
      entries: [
        { key: 'a', line: 1, value: { line: 2, items: [{ line: 2 }, { line: 3, entries: [{ value: { line: 3 } }] }] } },
      ],
    },
  });
});
