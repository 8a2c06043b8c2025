import { EACH, type Path } from './path.ts';
import type { Walk } from './walk.ts';

/** A piece of a text, and what is to stand in its place. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** What is to become of each value at a path, the duplicates of a key among them. */
export interface Change {
  readonly path: Path;
  /** The JSON text to put in its place; undefined: it goes, with its key and one comma. */
  readonly to?: string;
}

/** The text with all edits made; they are in order and don't overlap. */
export function edited(text: string, edits: readonly Edit[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const edit of edits) {
    pieces.push(text.slice(at, edit.from), edit.text);
    at = edit.to;
  }
  pieces.push(text.slice(at));
  return pieces.join('');
}

/**
 * The edits that make the changes in what is walked, as far as the walk comes. Nothing takes the place of a value that
 * is not complete; where one is to go, all behind it goes too.
 */
export function editsFor(walk: Walk, changes: readonly Change[]): readonly Edit[] {
  const edits: Edit[] = [];
  collect(edits, walk, changes, 0);
  return edits;
}

/** `depth`: how many steps of the changes' paths led here. Each call is one step further, however deep the text is. */
function collect(edits: Edit[], walk: Walk, changes: readonly Change[], depth: number): void {
  let stays = 0;
  while (walk.next()) {
    const step = walk.key ?? EACH;
    const here = changes.filter(({ path }) => path[depth] === step);
    const change = here.find(({ path }) => path.length === depth + 1);
    const isWhole = walk.valueEnd >= 0;
    if (change !== undefined && change.to === undefined) {
      edits.push({ from: walk.before, to: isWhole ? walk.valueEnd : Number.POSITIVE_INFINITY, text: '' });
      continue;
    }
    if (change !== undefined && !isWhole) return;
    // Entries go with the comma before them, but before the first that stays there is one too many.
    if (stays === 0 && walk.index > 0) edits.push({ from: walk.before, to: walk.start, text: '' });
    stays += 1;
    if (change?.to !== undefined) edits.push({ from: walk.valueStart, to: walk.valueEnd, text: change.to });
    else if (here.length > 0) {
      const inside = walk.inside();
      if (inside !== undefined) collect(edits, inside, here, depth + 1);
    }
  }
}
