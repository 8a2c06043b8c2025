import { CST } from 'yaml';
import { type Fault, TAB } from './fault.ts';

/** Of lists and maps: more than a policy has, and fewer than the package can follow. */
const LEVELS = 200;
const KEY_LENGTH = 1024;
const DIRECTIVE = /^%(?:YAML[ \t]+1\.1|TAG[ \t]+!(?:[\w-]*!)?[ \t]+\S+)$/;
const TAG = /^!(?:<[\w;/?:@&=+$,.!~*'()[\]%-]+>|[\w;/?:@&=+$.!~*'()%-]*)$/;
const NAME = /^[&*][\w-]+$/;
/** `\/`, half of a character, a line break before an empty line, and the quote at the end. */
const ESCAPE = /\\(?:\/|u[dD][89a-fA-F]|U0000[dD][89a-fA-F]|\n[ \t]*\n|$)/;

/**
 * What the `yaml` package reads though the API server refuses it or reads something else: the package follows YAML 1.2,
 * the server libyaml and YAML 1.1. A `?` before a key is refused as a whole: the two differ there in many ways.
 */
export function* faultsIn(tokens: readonly CST.Token[], text: string): Generator<Fault> {
  const first = tokens.find(({ type }) => type === 'directive');
  for (const token of tokens) {
    if (token.type === 'space') yield* faultsOfTabs([token]);
    if (token.type === 'directive' && !(token === first && DIRECTIVE.test(token.source)))
      yield told(token, 'one line with %YAML 1.1, or %TAG with a handle and a prefix');
    if (token.type !== 'document') continue;
    const { start, value, end = [] } = token;
    yield* faultsOfEntry({ start: [...start, ...end], ...(value && { value }) }, false, text, LEVELS);
  }
}

function told({ offset, source }: Pick<CST.SourceToken, 'offset' | 'source'>, expected: string): Fault {
  return { offset, message: `expected ${expected}, found ${JSON.stringify(source.slice(0, 40))}` };
}

function* faultsOfTabs(tokens: readonly CST.SourceToken[]): Generator<Fault> {
  for (const { type, source, offset } of tokens)
    if (type === 'space' && source.includes('\t')) yield { offset, message: TAB };
}

function* faultsOfEntry(entry: CST.CollectionItem, brackets: boolean, text: string, levels: number): Generator<Fault> {
  const { start, key, sep = [], value } = entry;
  if (!brackets) yield* faultsOfIndentation(entry, text);
  yield* faultsOfKey(entry, text);
  for (const token of [...start, key, ...sep, value]) {
    if (!token) continue;
    if (!CST.isCollection(token)) yield* faultsOfToken(token, brackets, text);
    else if (levels === 0) yield { offset: token.offset, message: `expected at most ${LEVELS} levels, found more` };
    else for (const item of token.items) yield* faultsOfEntry(item, token.type === 'flow-collection', text, levels - 1);
  }
}

/** Of an entry that stands in no brackets. */
function* faultsOfIndentation({ start, key, sep = [], value }: CST.CollectionItem, text: string): Generator<Fault> {
  const end = value && 'end' in value ? value.end : undefined;
  yield* faultsOfTabs([...start, ...fromNewline(sep), ...fromNewline(end ?? [])]);
  const begin = [...start, key].find((token) => token && !/^(?:space|newline|comment)$/.test(token.type));
  if (!begin || (value?.type !== 'scalar' && value?.type !== 'block-scalar')) return;
  const column = begin.offset - text.lastIndexOf('\n', begin.offset - 1) - 1;
  // After a comment the package may take less indented lines for a part of the value.
  const lines = value.type === 'scalar' ? value.source.replace(/^.*/, '') : `\n${value.source}`;
  if (new RegExp(`\n {0,${column}}[^ \n]`).test(lines))
    yield told(value, 'a value that is indented more than its key or "-"');
}

function fromNewline(tokens: readonly CST.SourceToken[]): readonly CST.SourceToken[] {
  const newline = tokens.findIndex(({ type }) => type === 'newline');
  return newline < 0 ? [] : tokens.slice(newline);
}

function* faultsOfKey({ start, key, sep = [] }: CST.CollectionItem, text: string): Generator<Fault> {
  const question = start.find(({ type }) => type === 'explicit-key-ind');
  if (question) yield told(question, 'a key without a question mark before it');
  const colon = sep.find(({ type }) => type === 'map-value-ind');
  if (!colon) return;
  if (!key) return yield told(colon, 'a key before the colon');
  const { offset } = start.find(({ type }) => type === 'anchor' || type === 'tag') ?? key;
  const source = text.slice(offset, colon.offset);
  if (source.includes('\n') || source.length > KEY_LENGTH)
    yield told({ offset, source }, `a key of one line and at most ${KEY_LENGTH} characters`);
  if (key.type === 'scalar' && /[,[\]{}]/.test(text[colon.offset + 1] ?? ''))
    yield told({ offset: colon.offset, source: text.slice(colon.offset, colon.offset + 2) }, 'a blank after the colon');
}

function* faultsOfToken(token: CST.Token, brackets: boolean, text: string): Generator<Fault> {
  if (!('source' in token)) return;
  const { type, source, offset } = token;
  const next = text[offset + source.length] ?? '';
  if (type === 'tag' && (!TAG.test(source) || /\S/.test(next))) yield told(token, 'a tag and a blank after it');
  if ((type === 'anchor' || type === 'alias') && !NAME.test(source))
    yield told(token, 'a name of letters, digits, - and _');
  if (type === 'scalar' && brackets && /^:|\?/.test(source)) yield told(token, 'quotes around : and ? in brackets');
  if (type === 'single-quoted-scalar' && source.slice(1, -1).replaceAll("''", '').includes("'"))
    yield told(token, "a closing ' in single quotes");
  if (type === 'double-quoted-scalar' && ESCAPE.test(source.slice(1, -1).replaceAll('\\\\', '')))
    yield told(token, 'a closing " and escapes such as \\n in double quotes');
  if (type !== 'block-scalar') return;
  if (/^(?: *\n)* *\t/.test(source)) yield told(token, 'spaces before the text of a block');
  const tellsIndentation = /^..?[1-9]/.test(text.slice(offset, offset + 3));
  if (tellsIndentation ? /\n +(?:\n|$)/.test(text.slice(offset)) : /\n +$/.test(text.slice(text.trimEnd().length)))
    yield { offset, message: 'expected no line of blanks behind this block, found one: delete it' };
}
