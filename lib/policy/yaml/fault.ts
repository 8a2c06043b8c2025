import type { YAMLError } from 'yaml';

/** Why a text is no YAML as the API server reads it, and from which character on. */
export interface Fault {
  readonly offset: number;
  readonly message: string;
}

export const TAB = 'expected spaces before this entry, found the character "\\t"';

/** By the words of the package and what it found. Its words alone are told where none of these fits. */
const EXPECTED: readonly (readonly [told: RegExp, expected: string])[] = [
  [/^Unexpected block-seq-ind/, 'a list to begin in the line after its key'],
  [/^Unexpected [^ ]+ (?:at node end|token in YAML stream)/, 'no more behind this value, and lines at one column'],
  [
    /^All |^A block sequence may not|"- /,
    'an entry ("- " in a list, "key: " in a map) at the column of those before it',
  ],
  [/^Implicit map keys/, '":" and a blank after this key'],
  [/^Implicit keys/, 'a key with its ":" and a blank in one line'],
  [/^Sequence item without/, '"-" and a blank before this entry'],
  [/^Missing , /, '"," before this entry'],
  [/^Comments must/, 'a blank before the comment'],
  [/^Plain value/, 'quotes around a value that begins like this'],
  [/call stack/, 'fewer levels of lists and maps'],
];

/** The package often points behind the last thing that went well; what is wrong comes next. */
const BETWEEN = /(?:[ \n]|(?<=\s)#.*)*/y;

/** An error of the `yaml` package as a sentence of ours. */
export function faultOf({ code, message, pos: [at] }: YAMLError, text: string): Fault {
  if (code === 'TAB_AS_INDENT') return { offset: at, message: TAB };
  const [, quote] = /^Missing closing (["'])/.exec(message) ?? [];
  if (quote !== undefined) {
    const found = 'the end of the text inside quotes, or a line that is indented less';
    return { offset: text.lastIndexOf(quote, at - 1), message: `expected ${quote}, found ${found}` };
  }
  if (message.startsWith('Nested mappings')) {
    const found = 'a second ":" in the same line or in one that goes on with it';
    const advice = 'check the indentation, or put the value in quotes';
    const offset = at + Math.max(0, text.slice(at).search(/:(?:\s|$)/));
    return { offset, message: `expected one value, found ${found}: ${advice}` };
  }
  BETWEEN.lastIndex = at;
  const offset = at + (BETWEEN.exec(text)?.[0].length ?? 0);
  const [line = ''] = text.slice(offset, offset + 40).split('\n');
  const found = line === '' ? 'the end of text' : JSON.stringify(line);
  const [, bracket] = /end with a ([\]}])$/.exec(message) ?? [];
  if (bracket !== undefined) {
    const advice = line === '' ? '' : ' (indent lines in brackets more than the entry that they belong to)';
    return { offset, message: `expected "," or "${bracket}", found ${found}${advice}` };
  }
  const expected = EXPECTED.find(([told]) => told.test(`${message}: ${found}`))?.[1];
  if (expected !== undefined) return { offset, message: `expected ${expected}, found ${found}` };
  return { offset, message: `expected other YAML, found ${found} (${message.replace(/: .*/s, '')})` };
}
