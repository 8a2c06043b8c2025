import { diffArrays, diffWordsWithSpace } from 'diff';

export interface Diff {
  readonly lines: readonly DiffLine[];
  /** Lines that are on one side only; of a changed line there is one on each. */
  readonly added: number;
  readonly removed: number;
  /** How finely it was compared: larger texts by lines only, and too different ones only where they begin and end alike. */
  readonly by: 'words' | 'lines' | 'ends';
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

/** What a caller may make costly is bounded: by edits, by milliseconds, and words by characters of changed lines. */
export interface DiffLimits {
  readonly edits: number;
  readonly milliseconds: number;
  readonly words: number;
}

const LIMITS: DiffLimits = { edits: 3000, milliseconds: 1000, words: 200_000 };
/** Characters of a line that is compared word by word. */
const LONGEST = 2000;

/** The differences of two texts, line by line and within lines word by word. */
export function diffTexts(left: string, right: string, limits: DiffLimits = LIMITS): Diff {
  const [old, now] = [linesOf(left), linesOf(right)];
  const head = commonHead(old, now);
  const tail = commonTail(old.slice(head), now.slice(head));
  const [oldRest, nowRest] = [old.slice(head, old.length - tail), now.slice(head, now.length - tail)];
  const options = { maxEditLength: limits.edits, timeout: limits.milliseconds };
  const changes = diffArrays([...oldRest], [...nowRest], options);
  const writer = new Writer(limits.words);
  writer.same(old.slice(0, head));
  if (changes === undefined) writer.block(oldRest, nowRest, false);
  else writer.changes(changes);
  writer.same(old.slice(old.length - tail));
  const { lines, added, removed, isByWords } = writer;
  return { lines, added, removed, by: changes === undefined ? 'ends' : isByWords ? 'words' : 'lines' };
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function commonHead(one: readonly string[], other: readonly string[]): number {
  let at = 0;
  while (at < one.length && at < other.length && one[at] === other[at]) at += 1;
  return at;
}

function commonTail(one: readonly string[], other: readonly string[]): number {
  let count = 0;
  while (count < one.length && count < other.length && one.at(-1 - count) === other.at(-1 - count)) count += 1;
  return count;
}

interface LineChange {
  readonly value: readonly string[];
  readonly added: boolean;
  readonly removed: boolean;
}

/** Writes lines one below the other and numbers them. */
class Writer {
  readonly lines: DiffLine[] = [];
  added = 0;
  removed = 0;
  isByWords = true;
  #left = 0;
  #right = 0;
  #words: number;

  constructor(words: number) {
    this.#words = words;
  }

  same(texts: readonly string[]): void {
    for (const text of texts)
      this.lines.push({ kind: 'same', left: this.#leftSide(text), right: this.#rightSide(text) });
  }

  /** What goes and what comes in the same place belong together. */
  changes(changes: readonly LineChange[]): void {
    let gone: readonly string[] = [];
    for (const { value, added, removed } of changes) {
      if (removed) gone = value;
      else {
        this.block(gone, added ? value : []);
        gone = [];
        if (!added) this.same(value);
      }
    }
    this.block(gone, []);
  }

  block(gone: readonly string[], come: readonly string[], pairs = true): void {
    const isPaired = pairs && gone.length > 0 && come.length > 0;
    const options = { maxEditLength: PAIRING };
    const matched = isPaired ? diffArrays(gone.map(keyOf), come.map(keyOf), options) : undefined;
    let [from, to] = [0, 0];
    for (const { count, added, removed } of matched ?? []) {
      if (!added && !removed)
        for (let at = 0; at < count; at += 1) this.#pair(gone[from + at] ?? '', come[to + at] ?? '');
      else if (removed) this.#gone(gone.slice(from, from + count));
      else this.#come(come.slice(to, to + count));
      if (!added) from += count;
      if (!removed) to += count;
    }
    this.#gone(gone.slice(from));
    this.#come(come.slice(to));
  }

  #pair(old: string, now: string): void {
    if (old === now) {
      this.same([old]);
      return;
    }
    this.added += 1;
    this.removed += 1;
    const words = this.#wordsOf(old, now);
    const side = (is: 'added' | 'removed') =>
      words
        .filter((each) => !each[is])
        .map(({ value, added, removed }) => ({ text: value, isChanged: added || removed }));
    this.#left += 1;
    this.#right += 1;
    const left = { number: this.#left, pieces: side('added') };
    this.lines.push({ kind: 'changed', left, right: { number: this.#right, pieces: side('removed') } });
  }

  #wordsOf(old: string, now: string) {
    const length = old.length + now.length;
    const whole = [
      { value: old, added: false, removed: true },
      { value: now, added: true, removed: false },
    ];
    this.#words -= length;
    if (this.#words < 0) this.isByWords = false;
    if (this.#words < 0 || length > 2 * LONGEST) return whole;
    return diffWordsWithSpace(old, now, { maxEditLength: PAIRING }) ?? whole;
  }

  #gone(texts: readonly string[]): void {
    this.removed += texts.length;
    for (const text of texts) this.lines.push({ kind: 'removed', left: this.#leftSide(text) });
  }

  #come(texts: readonly string[]): void {
    this.added += texts.length;
    for (const text of texts) this.lines.push({ kind: 'added', right: this.#rightSide(text) });
  }

  #leftSide(text: string): Side {
    this.#left += 1;
    return { number: this.#left, pieces: [{ text, isChanged: false }] };
  }

  #rightSide(text: string): Side {
    this.#right += 1;
    return { number: this.#right, pieces: [{ text, isChanged: false }] };
  }
}

/** Edits, within one block or line. */
const PAIRING = 500;

/** Lines of one key are versions of one line: `  - port: 80` and `  - port: 443`. */
function keyOf(line: string): string {
  const colon = line.indexOf(':');
  return colon < 0 ? line : line.slice(0, colon);
}

/** The same as one column: of a changed line first the left side, then the right. */
export function inline(lines: readonly DiffLine[]): readonly DiffLine[] {
  return lines.flatMap((line): DiffLine[] => {
    const { kind, left, right } = line;
    if (kind !== 'changed' || left === undefined || right === undefined) return [line];
    return [
      { kind: 'removed', left },
      { kind: 'added', right },
    ];
  });
}

export type ShownLine = DiffLine | { readonly kind: 'hidden'; readonly count: number };

/** Runs of equal lines shortened: so many stay around each change. */
export function shortened(lines: readonly DiffLine[], around = 3): readonly ShownLine[] {
  const near = new Set<number>();
  for (const [at, { kind }] of lines.entries())
    if (kind !== 'same') for (let each = at - around; each <= at + around; each += 1) near.add(each);
  const shown: ShownLine[] = [];
  let count = 0;
  for (const [at, line] of lines.entries()) {
    if (!near.has(at)) count += 1;
    else {
      if (count > 0) shown.push({ kind: 'hidden', count });
      count = 0;
      shown.push(line);
    }
  }
  return count > 0 ? [...shown, { kind: 'hidden', count }] : shown;
}
