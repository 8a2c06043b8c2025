import type { Walk } from './walk.ts';

/**
 * What Elasticsearch's JSON parser takes, and `JSON.parse` takes without such limits: it reads a document to its end
 * also where nothing of it is mapped. Each limit is below the parser's own (1,000 levels, 50,000 and 1,000 characters).
 */
const DEEPEST = 500;
const LONGEST_KEY = 25_000;
const LONGEST_NUMBER = 500;

/** Whether Elasticsearch reads the entry that the walk is at: no key twice, and nothing too deep or too long. */
export function isReadable(entry: Walk, depth = 0): boolean {
  const inside = entry.inside();
  if (inside === undefined) return !entry.isNumber || entry.valueEnd - entry.valueStart <= LONGEST_NUMBER;
  if (depth === DEEPEST) return false;
  const keys = new Set<string>();
  while (inside.next()) {
    const { key } = inside;
    if (key !== undefined && (key.length > LONGEST_KEY || keys.size === keys.add(key).size)) return false;
    if (!isReadable(inside, depth + 1)) return false;
  }
  return inside.end > 0;
}
