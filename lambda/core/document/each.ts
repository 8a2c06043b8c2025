import { isObject } from '../json.ts';

/** Paths as a tree, each with what it is the path of: steps that several share are taken once. */
export interface Ways<T> {
  readonly ends: T[];
  readonly steps: Map<string, Ways<T>>;
}

/** What stands at a path. */
export interface Found {
  /** In their order, each once: a second container of the same image says nothing new. */
  readonly values: ReadonlySet<unknown>;
  /** Some of it stood in a list, or in an entry of one. */
  readonly listed: boolean;
}

interface Finding extends Found {
  readonly values: Set<unknown>;
  listed: boolean;
}

export function waysOf<T>(paths: readonly (readonly [path: readonly string[], end: T])[]): Ways<T> {
  const root: Ways<T> = { ends: [], steps: new Map() };
  for (const [path, end] of paths) {
    let way = root;
    for (const key of path) {
      const next = way.steps.get(key) ?? { ends: [], steps: new Map() };
      way.steps.set(key, next);
      way = next;
    }
    way.ends.push(end);
  }
  return root;
}

/** All values at the paths, through lists and lists of lists. Own keys only; each part of the value is looked at once. */
export function each<T>(ways: Ways<T>, value: unknown): ReadonlyMap<T, Found> {
  const found = new Map<T, Finding>();
  follow(ways, value, false, found);
  return found;
}

/** Calls itself once for each step of a path, however deep the value is. */
function follow<T>({ ends, steps }: Ways<T>, value: unknown, listed: boolean, found: Map<T, Finding>): void {
  if (Array.isArray(value)) {
    for (const entry of flat(value)) follow({ ends, steps }, entry, true, found);
    return;
  }
  for (const end of ends) add(found, end, value, listed);
  if (!isObject(value)) return;
  for (const [key, next] of steps) if (Object.hasOwn(value, key)) follow(next, value[key], listed, found);
}

function add<T>(found: Map<T, Finding>, end: T, value: unknown, listed: boolean): void {
  const finding = found.get(end);
  if (finding === undefined) found.set(end, { values: new Set([value]), listed });
  else {
    finding.values.add(value);
    finding.listed ||= listed;
  }
}

/** Without lists inside of it. It never calls itself: `Array.flat` does, and a caller chooses how deep they are. */
export function flat(list: readonly unknown[]): readonly unknown[] {
  if (!list.some(Array.isArray)) return list;
  const entries: unknown[] = [];
  const left: unknown[] = [list];
  while (left.length > 0) {
    const next = left.pop();
    if (Array.isArray(next)) for (let at = next.length - 1; at >= 0; at -= 1) left.push(next[at]);
    else entries.push(next);
  }
  return entries;
}
