import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseAllDocuments, visit } from 'yaml';
import type { Problem, Step } from '../problems/problem.ts';
import { pathOf, show } from '../problems/show.ts';

export interface YamlDocument {
  readonly value: unknown;
  /** The line of the value at a path, or of the nearest thing around it that is there. */
  readonly line: (path: readonly Step[]) => number;
  /** What is wrong with the value at a path. */
  readonly problem: (path: readonly Step[], message: string) => Problem;
}

export interface YamlFile {
  /** Those with content. */
  readonly documents: readonly YamlDocument[];
  readonly problems: readonly Problem[];
  /** The text could not be understood: what the documents hold is a guess. */
  readonly broken: boolean;
}

/** The library's own messages quote the file, secrets included; these don't. */
const SENTENCES: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'A tab indents this line, which YAML does not allow: use spaces.',
  MISSING_CHAR: 'A quote, bracket or comma is missing: close what was opened before this place.',
  BAD_INDENT:
    'The indentation does not fit the lines above, or a bracket is not closed: put keys of one level under each other.',
  BAD_SCALAR_START: 'A value cannot begin with this character: put the value in quotes.',
  BLOCK_AS_IMPLICIT_KEY:
    'A second "key: value" stands inside a value: begin a new line, check the indentation, or put the value in quotes.',
  MULTILINE_IMPLICIT_KEY:
    'This line is neither "key: value" nor a part of what stands above: add the colon and a space, or indent it.',
  BAD_DQ_ESCAPE: 'A backslash stands before a character it cannot escape: write \\\\, or use single quotes.',
  TAG_RESOLVE_FAILED: 'A tag (a word that begins with "!") is not known here: write the value itself.',
  NON_STRING_KEY: 'A key must be a plain word; templates ({{ … }}) are not filled in here.',
};

const NOT_YAML = 'This is not YAML from here on: check indentation, quotes and brackets.';

/** Faults that leave the rest of the file readable, so that its other problems can be told at the same time. */
const HARMLESS = new Set(['DUPLICATE_KEY', 'TAG_RESOLVE_FAILED']);

/** Parses one file of one or more documents. Never throws; lines count from 1. */
export function parseYaml(text: string, file: string): YamlFile {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    merge: true,
    logLevel: 'error',
  });
  const faults = parsed.flatMap((document) => faultsOf(document, text));
  const broken = faults.some(({ code }) => !HARMLESS.has(code));
  const problems = faults.map(({ offset, message }) => ({ file, line: lines.linePos(offset).line, path: '', message }));
  const documents = broken ? [] : parsed.filter(hasContent).map((document) => readable(document, lines, file));
  return { documents, problems: onePerLine(problems), broken };
}

interface Fault {
  readonly code: string;
  readonly offset: number;
  readonly message: string;
}

function faultsOf(document: Document, text: string): Fault[] {
  const faults: Fault[] = [...document.errors, ...document.warnings].map(({ code, pos: [offset] }) => {
    const message = code === 'DUPLICATE_KEY' ? secondTime(text, offset) : (SENTENCES[code] ?? NOT_YAML);
    return { code, offset, message };
  });
  visit(document, {
    Alias: (_, alias) => {
      // Also refuses aliases of aliases of aliases, which a few lines can blow up to gigabytes.
      if (!nests(alias.resolve(document))) return;
      const message =
        'This alias (*…) names no anchor (&…) above it, or one that itself holds aliases: write the value itself.';
      faults.push({ code: 'ALIAS', offset: alias.range?.[0] ?? 0, message });
    },
  });
  if (faults.length === 0) faults.push(...unmergeable(document));
  // What follows a syntax error is mostly its echo.
  return faults.filter(({ code }, at) => at === 0 || code !== 'UNEXPECTED_TOKEN');
}

/** The library throws only when values are made, on a `<<` that is no mapping. */
function unmergeable(document: Document): Fault[] {
  try {
    document.toJS();
    return [];
  } catch {
    let offset = 0;
    visit(document, {
      Scalar: (key, node) => {
        if (key === 'key' && node.source === '<<') offset = node.range?.[0] ?? offset;
      },
    });
    return [
      { code: 'MERGE', offset, message: 'A merge key (<<) needs an alias of a mapping: write the keys themselves.' },
    ];
  }
}

/** Whether what an alias stands for is missing or holds further aliases. */
function nests(node: unknown): boolean {
  let found = !isNode(node);
  if (isNode(node))
    visit(node, {
      Alias: () => {
        found = true;
        return visit.BREAK;
      },
    });
  return found;
}

function secondTime(text: string, offset: number): string {
  const key = /^["']?([^\s:"']+)/.exec(text.slice(offset, offset + 100))?.[1];
  return `The key ${show(key)} is here a second time: keep one of the two.`;
}

function onePerLine(problems: readonly Problem[]): Problem[] {
  return problems.filter((problem, at) => problems.findIndex(({ line }) => line === problem.line) === at);
}

function hasContent({ contents }: Document): boolean {
  return contents !== null && !(isScalar(contents) && contents.value === null);
}

function readable(document: Document, lines: LineCounter, file: string): YamlDocument {
  const line = (path: readonly Step[]) => lines.linePos(offsetOf(document, path)).line;
  const problem = (path: readonly Step[], message: string) => ({ file, line: line(path), path: pathOf(path), message });
  return { value: document.toJS(), line, problem };
}

function offsetOf(document: Document, path: readonly Step[]): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && key.value === step) : undefined;
    const next = isSeq(node) && typeof step === 'number' ? node.items[step] : pair?.value;
    const place = pair?.key ?? next;
    if (!isNode(place)) return offset;
    offset = place.range?.[0] ?? offset;
    node = next;
  }
  return offset;
}
