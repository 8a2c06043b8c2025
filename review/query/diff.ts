import type { WholeEvent } from './event.ts';

/** Two versions of an object, or why there is nothing to compare. */
export type Comparison =
  | { readonly kind: 'diff'; readonly diff: Diff; readonly notes: readonly string[] }
  /** `why`: whole sentences, of evidence that was never recorded. */
  | { readonly kind: 'no evidence'; readonly why: readonly string[] };

export interface Diff {
  readonly lines: readonly DiffLine[];
  readonly added: number;
  readonly removed: number;
  /** Too large to be compared word by word, or line by line: said in `notes` of the comparison. */
  readonly isCoarse: boolean;
}

/** A line of both sides, or of one. `changed` has both, with the words that differ marked. */
export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added' | 'changed';
  readonly left?: Side;
  readonly right?: Side;
}

export interface Side {
  /** From 1. */
  readonly number: number;
  readonly pieces: readonly Piece[];
}

export interface Piece {
  readonly text: string;
  readonly isChanged: boolean;
}

export type Language = 'yaml' | 'json';

/** `left`: the older; undefined: the object was not there before, so everything is new. */
export function compare(_left: WholeEvent | undefined, _right: WholeEvent, _language: Language = 'yaml'): Comparison {
  throw new Error('Expected a diff, which is not written yet.');
}

/** The same as one column: of a changed line first the left side, then the right. */
export function inline(lines: readonly DiffLine[]): readonly DiffLine[] {
  return lines.flatMap(({ kind, left, right }): DiffLine[] => {
    if (kind !== 'changed') return [{ kind, ...(left && { left }), ...(right && { right }) }];
    return [
      ...(left ? [{ kind: 'removed', left } as const] : []),
      ...(right ? [{ kind: 'added', right } as const] : []),
    ];
  });
}

/** Runs of equal lines shortened: so many stay around each change, and a number stands for the others. */
export function folded(lines: readonly DiffLine[], around = 3): readonly (DiffLine | { readonly hidden: number })[] {
  const near = new Set<number>();
  for (const [at, { kind }] of lines.entries())
    if (kind !== 'same') for (let each = at - around; each <= at + around; each += 1) near.add(each);
  const shown: (DiffLine | { readonly hidden: number })[] = [];
  let hidden = 0;
  for (const [at, line] of lines.entries()) {
    if (!near.has(at)) hidden += 1;
    else {
      if (hidden > 0) shown.push({ hidden });
      hidden = 0;
      shown.push(line);
    }
  }
  return hidden > 0 ? [...shown, { hidden }] : shown;
}
