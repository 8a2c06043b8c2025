import { isAlias, isMap, isNode, isScalar, isSeq, type LineCounter, type Scalar } from 'yaml';
import { TextProblem } from '../problem.ts';
import { firstDocument } from './document.ts';

export type YamlNode = YamlScalar | YamlList | YamlMap | YamlAlias;

export interface YamlScalar {
  readonly kind: 'scalar';
  readonly value: string;
  /** Written without quotes and tag: its type shows in its text. */
  readonly implicit: boolean;
  readonly tag: string;
  readonly line: number;
}
export interface YamlList {
  readonly kind: 'list';
  readonly items: YamlNode[];
  readonly line: number;
}
export interface YamlMap {
  readonly kind: 'map';
  /** Key, value, key, value. */
  readonly items: YamlNode[];
  readonly line: number;
}
export interface YamlAlias {
  readonly kind: 'alias';
  readonly target: YamlNode;
  readonly line: number;
}

export interface YamlTree {
  readonly root: YamlNode;
  /** Every node after the nodes in it. */
  readonly nodes: readonly YamlNode[];
  /** The line of a second document; the server does not read it. */
  readonly second: number | undefined;
}

/** The first document of a text; undefined when there is none. Throws `TextProblem`. */
export function parseTree(text: string): YamlTree | undefined {
  const { document, lines, second } = firstDocument(text);
  if (document.contents === null) return undefined;
  const builder = new TreeBuilder(lines);
  return { root: builder.build(document.contents, 1), nodes: builder.nodes, second };
}

class TreeBuilder {
  readonly nodes: YamlNode[] = [];
  readonly #lines: LineCounter;
  readonly #anchors = new Map<string, YamlNode>();

  constructor(lines: LineCounter) {
    this.#lines = lines;
  }

  /** `above`: the line of what stands before it, for a value that is not there. */
  build(node: unknown, above: number): YamlNode {
    const built = this.#begin(node, above);
    if (built.kind === 'list' || built.kind === 'map') {
      for (const inner of innerNodes(node)) built.items.push(this.build(inner, built.items.at(-1)?.line ?? built.line));
    }
    this.nodes.push(built);
    return built;
  }

  /** Its anchor is known from here on, to what is in it too. */
  #begin(node: unknown, above: number): YamlNode {
    if (!isNode(node)) return { kind: 'scalar', value: '', implicit: true, tag: '', line: above };
    const { line } = this.#lines.linePos(node.range?.[0] ?? 0);
    if (isAlias(node)) return { kind: 'alias', target: this.#target(node.source, line), line };
    const built: YamlNode = isScalar(node)
      ? scalar(node, line)
      : { kind: isMap(node) ? 'map' : 'list', items: [], line };
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, built);
    return built;
  }

  #target(name: string, line: number): YamlNode {
    const target = this.#anchors.get(name);
    if (target === undefined) throw new TextProblem(line, `expected an anchor &${name} before *${name}, found none`);
    return target;
  }
}

function innerNodes(node: unknown): readonly unknown[] {
  if (isMap(node)) return node.items.flatMap(({ key, value }) => [key, value]);
  return isSeq(node) ? node.items : [];
}

function scalar({ source: value = '', type, tag = '', srcToken }: Scalar, line: number): YamlScalar {
  const implicit = tag === '' ? type === 'PLAIN' : tag === '!';
  // The package ends the last line of a block where the text does not.
  const isCut = srcToken?.type === 'block-scalar' && !srcToken.source.endsWith('\n');
  return { kind: 'scalar', value: isCut ? value.replace(/\n$/, '') : value, implicit, tag, line };
}
