import { Walk } from './walk.ts';

/** Where a value stands in a text: from its first UTF-16 unit to behind its last. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Where the value at a path stands, of which a number is an array's index. Of a key that is there twice the last
 * counts, as in `JSON.parse`. undefined where the text has no such value, or not all of it.
 */
export function rangeAt(text: string, path: readonly (string | number)[]): Range | undefined {
  const root = Walk.over(text);
  const walks = root === undefined ? [] : [root];
  let found: Range | undefined;
  for (let walk = walks.at(-1); walk !== undefined; walk = walks.at(-1)) {
    if (!walk.next()) walks.pop();
    else if ((walk.key ?? walk.index) === path[walks.length - 1]) {
      const isThere = walks.length === path.length;
      found = isThere && walk.valueEnd >= 0 ? { start: walk.valueStart, end: walk.valueEnd } : undefined;
      const inside = isThere ? undefined : walk.inside();
      if (inside !== undefined) walks.push(inside);
    }
  }
  return found;
}
