import { DEPTH, type Entry, type Value } from '../go/value.ts';
import { attempt, TextProblem } from '../problem.ts';
import { checkAliases } from './aliases.ts';
import { asKey, asValue, resolve } from './resolve.ts';
import { parseTree, type YamlMap, type YamlNode, type YamlScalar } from './tree.ts';

interface Loaded {
  readonly value: Value;
  /** Keys of which only the last counts. */
  readonly duplicates: readonly { readonly key: string; readonly line: number }[];
  /** The line of a second document, which the server does not read. */
  readonly second: number | undefined;
}

/**
 * The first YAML document as the server turns it into JSON; a text without one is null. The `yaml` package reads the
 * text; what go-yaml makes of scalars, merges and keys that come twice is ours. Rare YAML is refused where the two differ.
 */
export function loadYaml(text: string) {
  return attempt(() => new Loader().load(text));
}

/** What a node becomes: undefined where it can stand only if it is overwritten. */
type Built = { readonly value: Value | undefined; readonly depth: number; readonly refused?: TextProblem };

interface Pair {
  readonly key: string | undefined;
  readonly built: Built;
  readonly line: number;
}

class Loader {
  readonly #built = new Map<YamlNode, Built>();
  readonly #pairs = new Map<YamlNode, ReadonlyMap<string, Pair>>();
  readonly #duplicates: { key: string; line: number }[] = [];

  load(text: string): Loaded {
    const tree = parseTree(text);
    if (tree === undefined) return { value: { kind: 'null', line: 1 }, duplicates: [], second: undefined };
    checkAliases(tree.root);
    for (const node of tree.nodes) this.#built.set(node, this.#build(node));
    const { value, refused, depth } = this.#of(tree.root);
    if (value === undefined) throw refused ?? new TextProblem(tree.root.line, 'expected a map');
    if (depth > DEPTH) throw new TextProblem(tree.root.line, `expected at most ${DEPTH} levels, found ${depth}`);
    return { value, duplicates: this.#duplicates, second: tree.second };
  }

  #of(node: YamlNode): Built {
    const built = this.#built.get(node.kind === 'alias' ? node.target : node);
    if (built === undefined) throw new TextProblem(node.line, 'expected a value, found one that contains itself');
    return built;
  }

  #build(node: YamlNode): Built {
    switch (node.kind) {
      case 'alias':
        return this.#of(node);
      case 'scalar':
        return buildScalar(node);
      case 'list':
        return this.#buildList(node.items, node.line);
      case 'map':
        return this.#buildMap(node);
    }
  }

  #buildList(nodes: readonly YamlNode[], line: number): Built {
    const items: Value[] = [];
    let depth = 0;
    for (const built of nodes.map((node) => this.#of(node))) {
      if (built.value === undefined) return built;
      items.push(built.value);
      depth = Math.max(depth, built.depth);
    }
    return { value: { kind: 'list', items, line }, depth: depth + 1 };
  }

  #buildMap(map: YamlMap): Built {
    const pairs = this.#pairsOf(map);
    this.#pairs.set(map, pairs);
    const entries: Entry[] = [];
    let depth = 0;
    for (const { key, built, line } of pairs.values()) {
      if (key === undefined)
        return refuse(new TextProblem(line, 'expected a key that is text, found null or a huge number'));
      if (built.value === undefined) return built;
      entries.push({ key, value: built.value, line });
      depth = Math.max(depth, built.depth);
    }
    // The server writes them as JSON in this order before it reads them.
    entries.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    return { value: { kind: 'map', entries, line: map.line }, depth: depth + 1 };
  }

  /** By type and text of the key: the last of each counts, whether written here or merged. */
  #pairsOf(map: YamlMap): ReadonlyMap<string, Pair> {
    const pairs = new Map<string, Pair>();
    const own = new Set<string>();
    for (let i = 0; i + 1 < map.items.length; i += 2) {
      const [key, value] = [map.items[i], map.items[i + 1]];
      if (key === undefined || value === undefined) break;
      if (isMerge(key)) {
        for (const merged of this.#mergedMaps(value)) for (const [id, pair] of merged) pairs.set(id, pair);
        continue;
      }
      const target = key.kind === 'alias' ? key.target : key;
      if (target.kind !== 'scalar')
        throw new TextProblem(key.line, 'expected a key that is text, found a list or a map');
      const scalar = resolve(target);
      const text = asKey(scalar);
      const id = `${scalar.type === 'str' || scalar.type === 'other' || scalar.type === 'timestamp' ? 'text' : scalar.type} ${text}`;
      if (own.has(id)) this.#duplicates.push({ key: text ?? 'null', line: key.line });
      own.add(id);
      pairs.set(id, { key: text, built: this.#of(value), line: key.line });
    }
    return pairs;
  }

  /** In the order in which they are merged: earlier maps of a list win, so they come last. */
  #mergedMaps(value: YamlNode): readonly ReadonlyMap<string, Pair>[] {
    const nodes = value.kind === 'list' ? value.items.toReversed() : [value];
    return nodes.map((node) => {
      const pairs = this.#pairs.get(node.kind === 'alias' ? node.target : node);
      if (pairs === undefined)
        throw new TextProblem(node.line, 'expected a map or a list of maps after <<, found another value');
      return pairs;
    });
  }
}

function buildScalar(node: YamlScalar): Built {
  const value = asValue(resolve(node), node);
  if (value !== undefined) return { value, depth: 0 };
  return refuse(new TextProblem(node.line, `expected a number that JSON has, found ${node.value}`));
}

function refuse(refused: TextProblem): Built {
  return { value: undefined, depth: 0, refused };
}

function isMerge(key: YamlNode): boolean {
  if (key.kind !== 'scalar' || key.value !== '<<') return false;
  return key.implicit || key.tag === 'tag:yaml.org,2002:merge';
}
