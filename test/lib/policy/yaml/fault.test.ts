import { expect, test } from 'vitest';
import { loadYaml } from '../../../../lib/policy/yaml/load.ts';

const AT_COLUMN = 'expected an entry ("- " in a list, "key: " in a map) at the column of those before it';

test.each([
  ['a key without its colon', 'a: b\nc\nd: e', 2, 'expected ":" and a blank after this key, found "c"'],
  ['a colon without a blank', 'a: b\nc:d\n', 2, 'expected ":" and a blank after this key, found "c:d"'],
  ['a dash without a blank', 'a:\n- b\n-c\n', 3, 'expected ":" and a blank after this key, found "-c"'],
  [
    'one with a colon in the next line',
    'a: b\nc\n  d: e',
    2,
    'expected a key with its ":" and a blank in one line, found "c"',
  ],
  ['a word among entries', 'a:\n  - b\n  c\n', 3, `${AT_COLUMN}, found "c"`],
  [
    'a key behind an entry',
    'a:\n  - "b" # c\n    d: e\n',
    3,
    'expected "-" and a blank before this entry, found "d: e"',
  ],
  [
    'a key that is indented more',
    'a: b\n  c: d',
    2,
    'expected one value, found a second ":" in the same line or in one that goes on with it',
  ],
  ['a key that is indented less', 'a:\n    b: c\n  # d\n  e: f', 4, `${AT_COLUMN}, found "e: f"`],
  ['an entry among keys', 'a: b\n- c', 2, `${AT_COLUMN}, found "- c"`],
  ['an entry that is indented less', 'a:\n   - b\n  - c', 3, `${AT_COLUMN}, found "- c"`],
  ['a list in the line of its key', 'a: - b', 1, 'expected a list to begin in the line after its key, found "- b"'],
  ['a word behind a list', 'a: [b] c', 1, 'expected no more behind this value, and lines at one column, found "c"'],
  ['a missing comma', 'a: ["b" "c"]', 1, 'expected "," before this entry, found'],
  ['a bracket too much', 'a: [b]]', 1, 'expected no more behind this value, and lines at one column, found "]"'],
  ['a comment that touches quotes', 'a: "b"# c', 1, 'expected a blank before the comment, found "# c"'],
  [
    'a word that begins like nothing else',
    'a: @b',
    1,
    'expected quotes around a value that begins like this, found "@b"',
  ],
  ['a tab before an entry', 'a:\n\t- b', 2, 'expected spaces before this entry, found the character "\\t"'],
  ['single quotes that stay open', "a: 'b\nc: d", 1, "expected ', found the end of the text inside quotes"],
  ['levels without end', '['.repeat(20_000), 1, 'expected fewer levels of lists and maps, found "[[['],
  ['a control character in the next document', 'a: b\n---\n\x07', 3, 'expected text, found the character U+0007'],
  ['what has no words of ours', 'a: !b!c d', 1, 'expected other YAML, found "!b!c d" (Could not resolve tag)'],
])('%s is told with its line and what to write', (_, text, line, message) => {
  expect(loadYaml(text)).toMatchObject({
    ok: false,
    problem: { path: '', line, message: expect.stringContaining(message) },
  });
});

test('of several mistakes the first is told', () => {
  expect(loadYaml('a: [b\nc: {d\n"e')).toMatchObject({ ok: false, problem: { line: 2 } });
});
