import { at } from '../json.ts';
import { each, waysOf } from './each.ts';
import { fitValue } from './fit.ts';
import type { Field, Recorded } from './recorded.ts';

type Tree = { [key: string]: unknown };

export interface Extracted {
  readonly tree: Tree;
  /** A string was shortened. */
  readonly cut: boolean;
}

/** Makes of a table's rows what gives their values as nested objects; a value that fits nothing is left out. */
export function extractor(rows: readonly Field[]): (recorded: Recorded) => Extracted {
  const ways = waysOf(rows.flatMap((row) => ('each' in row ? [[row.each, row] as const] : [])));
  const others = rows.flatMap((row) => ('each' in row ? [] : [row]));
  return (recorded) => {
    const tree: Tree = {};
    let cut = false;
    const take = (row: Field, value: unknown) => {
      const fitted = fitValue(row.type, value);
      if (fitted.value === undefined) return;
      cut ||= fitted.cut;
      put(tree, row.path, fitted.value);
    };
    for (const row of others) take(row, 'from' in row ? row.from(recorded) : at(recorded.event, ...row.at));
    for (const [row, { values, listed }] of each(ways, recorded.event)) {
      const [first] = values;
      take(row, listed ? [...values] : first);
    }
    return { tree, cut };
  };
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
