import { Composer, CST, type Document, Lexer, LineCounter, Parser } from 'yaml';
import { TextProblem } from '../problem.ts';
import { type Fault, faultOf } from './fault.ts';
import { faultsIn } from './gate.ts';

export interface FirstDocument {
  readonly document: Document;
  readonly lines: LineCounter;
  /** The line on which a second document begins to say something. The server does not read it. */
  readonly second: number | undefined;
}

/** Characters that YAML forbids, and marks of order and lines that the package takes for text. */
const FORBIDDEN = /[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;
/** How many bytes the server reads ahead at most. What it doesn't read may hold anything. */
const AHEAD = 512;

/** What the lexer adds, and the text has not. */
const MARKS: readonly string[] = [CST.DOCUMENT, CST.FLOW_END, CST.SCALAR];

/** The first document of a text, where the `yaml` package reads it as the API server does. Throws `TextProblem`. */
export function firstDocument(raw: string): FirstDocument {
  const text = raw.replace(/^\ufeff/, '').replace(/\r\n?|\x85/g, '\n');
  const lines = new LineCounter();
  const { tokens, end } = tokensOf(text, lines);
  const options = { version: '1.1', schema: 'failsafe', uniqueKeys: false, keepSourceTokens: true } as const;
  const [document] = new Composer(options).compose(tokens, true, text.length);
  if (document === undefined) throw new Error('expected a document of the composer, found none');
  const [error] = document.errors;
  const [refused] = error === undefined ? faultsIn(tokens, text) : [faultOf(error, text)];
  const fault = forbidden(text.slice(0, end + AHEAD)) ?? refused;
  if (fault !== undefined) throw new TextProblem(text.slice(0, fault.offset).split('\n').length, fault.message);
  return { document, lines, second: lineOfText(text, end) };
}

/** Of the first document and what stands before it; `end` is how far the text was read. */
function tokensOf(text: string, lines: LineCounter): { readonly tokens: readonly CST.Token[]; readonly end: number } {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  const tokens: CST.Token[] = [];
  let end = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (!MARKS.includes(lexeme)) end += lexeme.length;
    tokens.push(...parser.next(lexeme));
    const isBorder = lexeme === '---' || lexeme === '...';
    if (isBorder && tokens.some(({ type }) => type === 'document')) return { tokens, end };
  }
  return { tokens: [...tokens, ...parser.end()], end };
}

/** Behind the mark that ends the first document. */
function lineOfText(text: string, end: number): number | undefined {
  const line = text
    .slice(end)
    .split('\n')
    .findIndex((rest) => !/^\s*(?:(?:---|\.\.\.)\s*)?(?:#.*)?$/.test(rest));
  return line < 0 ? undefined : text.slice(0, end).split('\n').length + line;
}

function forbidden(text: string): Fault | undefined {
  const found = FORBIDDEN.exec(text);
  if (found === null) return undefined;
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return { offset: found.index, message: `expected text, found the character U+${code}` };
}
