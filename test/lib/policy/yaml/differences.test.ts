import { expect, test } from 'vitest';
import { loadYaml } from '../../../../lib/policy/yaml/load.ts';
import { loaded } from './loaded.ts';

function said(text: string): string {
  const result = loadYaml(text);
  return result.ok ? loaded(text) : `line ${result.problem.line}: ${result.problem.message}`;
}

const REFUSED = 'refused';
const IN_BRACKETS = '(indent lines in brackets more than the entry that they belong to)';

/** What go-yaml gives was found by running it. Never do both read a policy and mean something else. */
test.each([
  [
    'lines in brackets at the column of their key',
    'a: [\nb]',
    '{"a":["b"]}',
    `line 2: expected "," or "]", found "b]" ${IN_BRACKETS}`,
  ],
  ['a tab before such lines', 'a: [\n\tb]', '{"a":["b"]}', `line 2: expected "," or "]", found "b]" ${IN_BRACKETS}`],
  [
    'a bracket that closes left of its key',
    'r:\n- a: [b\n]',
    '{"r":[{"a":["b"]}]}',
    `line 3: expected "," or "]", found "]" ${IN_BRACKETS}`,
  ],
  [
    'quotes around lines at the column of their key',
    'a: "b\nc"',
    '{"a":"b c"}',
    'line 1: expected ", found the end of the text inside quotes, or a line that is indented less',
  ],
  [
    'a comment right behind a bracket',
    'a: [b]# c',
    '{"a":["b"]}',
    'line 1: expected a blank before the comment, found "# c"',
  ],
  [
    'more behind the first value',
    '[a]b',
    '["a"]',
    'line 1: expected no more behind this value, and lines at one column, found "b"',
  ],
  [
    'more behind quotes',
    '"a"b',
    '"a"',
    'line 1: expected no more behind this value, and lines at one column, found "b"',
  ],
  [
    'lines left of the first one',
    ' a: b\nc: d',
    '{"a":"b"}',
    'line 2: expected no more behind this value, and lines at one column, found "c: d"',
  ],
  [
    'a question mark before a key',
    '? a\n: b',
    '{"a":"b"}',
    'line 1: expected a key without a question mark before it, found "?"',
  ],
  [
    'one before a key without a value',
    '? a',
    '{"a":null}',
    'line 1: expected a key without a question mark before it, found "?"',
  ],
  [
    'one in brackets',
    '[? a : b]',
    '[{"a":"b"}]',
    'line 1: expected a key without a question mark before it, found "?"',
  ],
  [
    'one that touches its key in brackets',
    '[?a]',
    '[{"a":null}]',
    'line 1: expected quotes around : and ? in brackets, found "?a"',
  ],
  [
    'a colon at the end of a word in brackets',
    '[a:]',
    '["a:"]',
    'line 1: expected a blank after the colon, found ":]"',
  ],
  ['one before a comma', '{a:, b: c}', '{"a:":null,"b":"c"}', 'line 1: expected a blank after the colon, found ":,"'],
  ['a dash alone in brackets', '[-]', '["-"]', 'line 1: expected other YAML, found "-]"'],
  [
    'a colon that touches an alias',
    '- &a b\n- *a: c',
    '["b",{"b":"c"}]',
    'line 2: expected no more behind this value, and lines at one column, found "c"',
  ],
  [
    'a second anchor',
    '&a &b c',
    'null',
    'line 1: expected other YAML, found "&b c" (A node can have at most one anchor)',
  ],
  [
    'a comma in a tag',
    '!a,b c',
    '"c"',
    'line 1: expected other YAML, found ",b c" (Tags and anchors must be separated from the next token',
  ],
  [
    'a second line that begins with %',
    '%YAML 1.1\n%TAG !a! x:\n---\n!a!b c',
    '"c"',
    'line 2: expected one line with %YAML 1.1, or %TAG with a handle and a prefix, found "%TAG !a! x:"',
  ],
  [
    'an escaped single quote',
    '"\\\'"',
    '"\'"',
    'line 1: expected other YAML, found "\\\\\'\\"" (Invalid escape sequence \\\')',
  ],
  [
    'an escaped line break before an empty line',
    '"a\\\n\n b"',
    '"a\\nb"',
    'line 1: expected a closing " and escapes such as \\n in double quotes, found "\\"a\\\\\\n\\n b\\""',
  ],
  [
    'a line of a tab behind a value',
    'a: b\n \t\nc: d',
    '{"a":"b","c":"d"}',
    'line 2: expected spaces before this entry, found the character "\\t"',
  ],
  [
    'a line of blanks in a block that tells its indentation',
    '- |1\n  \n',
    '[" \\n"]',
    'line 1: expected no line of blanks behind this block, found one: delete it',
  ],
  [
    'blanks at the end of a text that ends in a block',
    '- |\n a\n  ',
    '["a\\n "]',
    'line 1: expected no line of blanks behind this block, found one: delete it',
  ],
  [
    'a word behind a comment that the package reads on',
    '-\n#c\n a\n- b',
    '["a","b"]',
    'line 3: expected a value that is indented more than its key or "-", found "a\\n- b"',
  ],
  [
    'a block behind one',
    'a:\n  -\n#c\n   |\n  - b',
    '{"a":["","b"]}',
    'line 4: expected a value that is indented more than its key or "-", found "  - b"',
  ],
  ['a line separator', '# \u2028a: b', '{"a":"b"}', 'line 1: expected text, found the character U+2028'],
  [
    'a byte order mark inside the text',
    'a: \ufeffb',
    '{"a":"\ufeffb"}',
    'line 1: expected text, found the character U+FEFF',
  ],
  ['an anchor that touches quotes in braces', '{"a"&b }', REFUSED, '{"a":null}'],
  ['a tag of broken bytes', '- !a%b1 b', REFUSED, '["b"]'],
  ['a tab before a closing bracket', 'a: [b\n\t]', REFUSED, '{"a":["b"]}'],
  ['a line of a tab before the next document', 'a:\n\n\t\n---', REFUSED, '{"a":null}'],
  ['an end mark first, which makes no policy', '...\n', REFUSED, 'null'],
  ['a block of text alone, which makes none either', '|\na', '""', '"a"'],
])('%s: %j is %s for the server', (_, text, server, here) => {
  expect(said(text)).toContain(here);
  expect(said(text)).not.toBe(server);
});
