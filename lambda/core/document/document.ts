import { fitValue } from './fit.ts';
import { fields } from './profiles/ecs.ts';
import type { Field, Recorded } from './recorded.ts';

export type Tag = 'truncated' | 'reduced' | 'cut' | 'clock';

type Tree = { [key: string]: unknown };

/** The document for one event, as JSON text. `tags` in addition to `cut`, which is found here. */
export function documentBody(recorded: Recorded, tags: readonly Tag[]): string {
  const { tree, cut } = plant(fields, recorded);
  const all = cut ? [...tags, 'cut'] : tags;
  if (all.length > 0) tree.tags = all;
  return JSON.stringify(tree);
}

/** The fields' values as nested objects; a value that fits nothing is left out. */
export function plant(rows: readonly Field[], recorded: Recorded): { tree: Tree; cut: boolean } {
  const tree: Tree = {};
  let cut = false;
  for (const row of rows) {
    const fitted = fitValue(row.type, row.from(recorded));
    if (fitted.value === undefined) continue;
    cut ||= fitted.cut;
    put(tree, row.path, fitted.value);
  }
  return { tree, cut };
}

/** The paths are the table's own, never a caller's: no key here can be `__proto__`. */
function put(tree: Tree, path: readonly string[], value: unknown): void {
  let branch = tree;
  for (const key of path.slice(0, -1)) {
    const next = (branch[key] ?? {}) as Tree;
    branch[key] = next;
    branch = next;
  }
  branch[path.at(-1) ?? ''] = value;
}
