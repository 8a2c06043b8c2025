import { TextProblem } from '../problem.ts';
import type { YamlAlias, YamlNode } from './tree.ts';

/** Where go-yaml's share of values that may come from aliases begins and ends to shrink. */
const SMALL = { values: 400_000, share: 0.99 };
const LARGE = { values: 4_000_000, share: 0.1 };

interface Frame {
  readonly nodes: readonly YamlNode[];
  at: number;
  readonly alias?: YamlAlias;
}

/** Refuses what go-yaml refuses: a value that contains itself, and a small text that unfolds into a huge one. */
export function checkAliases(root: YamlNode): void {
  const open = new Set<YamlAlias>();
  const frames: Frame[] = [{ nodes: [root], at: 0 }];
  // The document itself counts as one.
  let all = 1;
  let aliased = 0;
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    const node = frame.nodes[frame.at++];
    if (node === undefined) {
      frames.pop();
      if (frame.alias !== undefined) open.delete(frame.alias);
      continue;
    }
    all++;
    if (open.size > 0) aliased++;
    if (aliased > 100 && all > 1000 && aliased / all > allowedShare(all)) {
      throw new TextProblem(node.line, 'expected fewer values from aliases, found a text that unfolds without end');
    }
    if (node.kind === 'list' || node.kind === 'map') frames.push({ nodes: node.items, at: 0 });
    if (node.kind !== 'alias') continue;
    if (open.has(node)) throw new TextProblem(node.line, 'expected a value, found one that contains itself');
    open.add(node);
    frames.push({ nodes: [node.target], at: 0, alias: node });
  }
}

function allowedShare(values: number): number {
  if (values <= SMALL.values) return SMALL.share;
  if (values >= LARGE.values) return LARGE.share;
  return SMALL.share - ((SMALL.share - LARGE.share) * (values - SMALL.values)) / (LARGE.values - SMALL.values);
}
