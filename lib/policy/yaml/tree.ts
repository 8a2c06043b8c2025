import { Scanner } from './scan.ts';
import { Source, YamlProblem } from './source.ts';
import { described, isDirective, isDocumentBorder, type Token } from './token.ts';

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
}

type State = 'first' | 'next' | 'value' | 'no value' | 'end';

interface Frame {
  readonly style: 'block list' | 'indentless list' | 'block map' | 'flow list' | 'flow map' | 'flow pair';
  readonly node: YamlList | YamlMap;
  state: State;
}

/** The first document of a text; undefined when there is none. Throws `YamlProblem`. */
export function parseTree(text: string): YamlTree | undefined {
  return new TreeParser(new Scanner(new Source(text))).parse();
}

/** Keeps its own stack: the server takes 10,000 levels, more than the language's stack does. */
class TreeParser {
  readonly #tokens: Scanner;
  readonly #frames: Frame[] = [];
  readonly #nodes: YamlNode[] = [];
  readonly #anchors = new Map<string, YamlNode>();
  readonly #handles = new Map<string, string>();
  #root: YamlNode | undefined;

  constructor(tokens: Scanner) {
    this.#tokens = tokens;
  }

  parse(): YamlTree | undefined {
    const first = this.#tokens.peek();
    if (first.type === 'end of text') return undefined;
    const explicit = this.#parseDirectives();
    if (explicit && isDocumentBorder(this.#tokens.peek())) this.#addEmpty(this.#tokens.peek());
    else this.#parseNode(true, false);
    for (let frame = this.#frames.at(-1); frame !== undefined; frame = this.#frames.at(-1)) this.#step(frame);
    // The server looks at the token after the document, and no further.
    this.#tokens.peek();
    return this.#root === undefined ? undefined : { root: this.#root, nodes: this.#nodes };
  }

  /** True when a `---` was there. */
  #parseDirectives(): boolean {
    const begins = isDirective(this.#tokens.peek()) || this.#tokens.peek().type === 'document start';
    let version: string | undefined;
    for (let token = this.#tokens.peek(); isDirective(token); token = this.#tokens.peek()) {
      this.#tokens.take();
      if (token.type === 'version directive') {
        if (version !== undefined) throw problem(token, 'expected one %YAML line, found a second');
        if (token.version !== '1.1') throw problem(token, `expected %YAML 1.1, found %YAML ${token.version}`);
        version = token.version;
      } else if (token.type === 'tag directive') {
        if (this.#handles.has(token.handle))
          throw problem(token, `expected one %TAG line for ${token.handle}, found a second`);
        this.#handles.set(token.handle, token.rest);
      }
    }
    if (!this.#handles.has('!')) this.#handles.set('!', '!');
    if (!this.#handles.has('!!')) this.#handles.set('!!', 'tag:yaml.org,2002:');
    if (begins) this.#expect('document start', 'expected "---" after the lines that begin with %');
    return begins;
  }

  #expect(type: Token['type'], message: string): void {
    const token = this.#tokens.peek();
    if (token.type !== type) throw problem(token, `${message}, found ${described(token)}`);
    this.#tokens.take();
  }

  #step(frame: Frame) {
    switch (frame.style) {
      case 'block list':
        return this.#stepBlockList(frame);
      case 'indentless list':
        return this.#stepIndentlessList(frame);
      case 'block map':
        return this.#stepBlockMap(frame);
      case 'flow list':
        return this.#stepFlowList(frame);
      case 'flow map':
        return this.#stepFlowMap(frame);
      case 'flow pair':
        return this.#stepFlowPair(frame);
    }
  }

  #stepBlockList(frame: Frame) {
    const token = this.#tokens.peek();
    if (token.type === '-') {
      this.#tokens.take();
      this.#parseNodeUnless(['-', 'block end'], true, false);
    } else {
      this.#expect('block end', 'expected "-" or the end of the list');
      this.#close(frame);
    }
  }

  #stepIndentlessList(frame: Frame) {
    if (this.#tokens.peek().type !== '-') return this.#close(frame);
    this.#tokens.take();
    this.#parseNodeUnless(['-', 'key', 'value', 'block end'], true, false);
  }

  #stepBlockMap(frame: Frame) {
    const token = this.#tokens.peek();
    if (frame.state === 'value') {
      frame.state = 'next';
      if (token.type !== 'value') return this.#addEmpty(token);
      this.#tokens.take();
      return this.#parseNodeUnless(['key', 'value', 'block end'], true, true);
    }
    if (token.type === 'key') {
      this.#tokens.take();
      frame.state = 'value';
      return this.#parseNodeUnless(['key', 'value', 'block end'], true, true);
    }
    this.#expect('block end', 'expected a key at the column of the keys before it');
    this.#close(frame);
  }

  #stepFlowList(frame: Frame) {
    if (this.#tokens.peek().type !== ']') {
      if (frame.state === 'next') this.#expect(',', 'expected "," or "]"');
      frame.state = 'next';
      const token = this.#tokens.peek();
      if (token.type === 'key') {
        this.#tokens.take();
        return this.#open('flow pair', { kind: 'map', items: [], line: token.mark.line + 1 }, '');
      }
      if (token.type !== ']') return this.#parseNode(false, false);
    }
    this.#tokens.take();
    this.#close(frame);
  }

  #stepFlowMap(frame: Frame) {
    const token = this.#tokens.peek();
    if (frame.state === 'no value') {
      frame.state = 'next';
      return this.#addEmpty(token);
    }
    if (frame.state === 'value') {
      frame.state = 'next';
      if (token.type !== 'value') return this.#addEmpty(token);
      this.#tokens.take();
      return this.#parseNodeUnless([',', '}'], false, false);
    }
    if (token.type !== '}') {
      if (frame.state === 'next') this.#expect(',', 'expected "," or "}"');
      const { type } = this.#tokens.peek();
      if (type === 'key') {
        this.#tokens.take();
        frame.state = 'value';
        return this.#parseNodeUnless(['value', ',', '}'], false, false);
      }
      frame.state = 'no value';
      if (type !== '}') return this.#parseNode(false, false);
    }
    this.#tokens.take();
    this.#close(frame);
  }

  #stepFlowPair(frame: Frame) {
    const token = this.#tokens.peek();
    switch (frame.state) {
      case 'first':
        frame.state = 'value';
        if (token.type !== 'value' && token.type !== ',' && token.type !== ']') return this.#parseNode(false, false);
        // The server skips this token, whichever it is.
        this.#tokens.take();
        return this.#addEmpty(token);
      case 'value':
        frame.state = 'end';
        if (token.type !== 'value') return this.#addEmpty(token);
        this.#tokens.take();
        return this.#parseNodeUnless([',', ']'], false, false);
      default:
        return this.#close(frame);
    }
  }

  #parseNodeUnless(types: readonly Token['type'][], block: boolean, indentless: boolean) {
    const token = this.#tokens.peek();
    if (types.includes(token.type)) this.#addEmpty(token);
    else this.#parseNode(block, indentless);
  }

  #parseNode(block: boolean, indentless: boolean) {
    const start = this.#tokens.peek();
    const line = start.mark.line + 1;
    if (start.type === 'alias') {
      this.#tokens.take();
      const target = this.#anchors.get(start.name);
      if (target === undefined)
        throw problem(start, `expected an anchor &${start.name} before *${start.name}, found none`);
      return this.#finish({ kind: 'alias', target, line }, '');
    }
    const { anchor, tag, tagged } = this.#parseProperties();
    const token = this.#tokens.peek();
    if (indentless && token.type === '-')
      return this.#open('indentless list', { kind: 'list', items: [], line }, anchor);
    if (token.type === 'scalar') {
      this.#tokens.take();
      const implicit = tagged ? tag === '!' : token.plain;
      return this.#finish({ kind: 'scalar', value: token.value, implicit, tag, line }, anchor);
    }
    const style = styleOf(token, block);
    if (style !== undefined) {
      this.#tokens.take();
      const kind = style.endsWith('list') ? 'list' : 'map';
      return this.#open(style, { kind, items: [], line }, anchor);
    }
    if (anchor === '' && !tagged) throw problem(token, `expected a value, found ${described(token)}`);
    this.#finish({ kind: 'scalar', value: '', implicit: !tagged, tag, line }, anchor);
  }

  /** An anchor and a tag, in any order, at most one of each. */
  #parseProperties(): { readonly anchor: string; readonly tag: string; readonly tagged: boolean } {
    let anchor: string | undefined;
    let tag: string | undefined;
    for (;;) {
      const token = this.#tokens.peek();
      if (token.type === 'anchor' && anchor === undefined) anchor = token.name;
      else if (token.type === 'tag' && tag === undefined) tag = this.#tagOf(token, token.handle, token.rest);
      else return { anchor: anchor ?? '', tag: tag ?? '', tagged: tag !== undefined };
      this.#tokens.take();
    }
  }

  #tagOf(token: Token, handle: string, rest: string): string {
    if (handle === '') return rest;
    const prefix = this.#handles.get(handle);
    if (prefix === undefined) throw problem(token, `expected a %TAG line for ${handle}, found none`);
    return prefix + rest;
  }

  #open(style: Frame['style'], node: YamlList | YamlMap, anchor: string): void {
    this.#add(node, anchor);
    this.#frames.push({ style, node, state: 'first' });
  }

  #close(frame: Frame): void {
    this.#frames.pop();
    this.#nodes.push(frame.node);
  }

  #finish(node: YamlScalar | YamlAlias, anchor: string): void {
    this.#add(node, anchor);
    this.#nodes.push(node);
  }

  #addEmpty(token: Token): void {
    this.#finish({ kind: 'scalar', value: '', implicit: true, tag: '', line: token.mark.line + 1 }, '');
  }

  #add(node: YamlNode, anchor: string): void {
    if (anchor !== '') this.#anchors.set(anchor, node);
    const frame = this.#frames.at(-1);
    if (frame === undefined) this.#root = node;
    else frame.node.items.push(node);
  }
}

function styleOf(token: Token, block: boolean): Frame['style'] | undefined {
  if (token.type === '[') return 'flow list';
  if (token.type === '{') return 'flow map';
  if (block && token.type === 'list start') return 'block list';
  return block && token.type === 'map start' ? 'block map' : undefined;
}

function problem(token: Token, message: string): YamlProblem {
  return new YamlProblem(token.mark.line + 1, message);
}
