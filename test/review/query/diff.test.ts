import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DiffLine, diffTexts, inline, type Side, shortened } from '../../../review/query/diff.ts';

const textOf = (side: Side) => side.pieces.map(({ text }) => text).join('');
const left = (lines: readonly DiffLine[]) => lines.flatMap((line) => (line.left ? [textOf(line.left)] : []));
const right = (lines: readonly DiffLine[]) => lines.flatMap((line) => (line.right ? [textOf(line.right)] : []));

const texts = fc
  .array(fc.constantFrom('a: 1', 'a: 2', 'b: x y', 'b: x z', '- c', '', '  d: [e]'), { maxLength: 12 })
  .map((lines) => (lines.length === 0 ? '' : `${lines.join('\n')}\n`));
const limits = fc.constantFrom(
  undefined,
  { edits: 1, milliseconds: 1000, words: 1000 },
  { edits: 100, milliseconds: 1000, words: 0 },
);

describe('a diff', () => {
  test('holds every line of both texts, in order and numbered, however little it may compare', () => {
    fc.assert(
      fc.property(texts, texts, limits, (old, now, bounds) => {
        const { lines, added, removed } = diffTexts(old, now, bounds);
        expect(left(lines)).toEqual(old === '' ? [] : old.slice(0, -1).split('\n'));
        expect(right(lines)).toEqual(now === '' ? [] : now.slice(0, -1).split('\n'));
        for (const side of ['left', 'right'] as const)
          expect(lines.flatMap((line) => line[side]?.number ?? [])).toEqual(
            Array.from({ length: (side === 'left' ? left : right)(lines).length }, (_, at) => at + 1),
          );
        expect(added).toBe(lines.filter(({ kind }) => kind === 'added' || kind === 'changed').length);
        expect(removed).toBe(lines.filter(({ kind }) => kind === 'removed' || kind === 'changed').length);
      }),
    );
  });

  test('of a text with itself has no change', () => {
    fc.assert(fc.property(texts, (text) => diffTexts(text, text).lines.every(({ kind }) => kind === 'same')));
  });

  test('marks the words that differ within a line', () => {
    expect(diffTexts('replicas: 2\n', 'replicas: 3\n')).toEqual({
      lines: [
        {
          kind: 'changed',
          left: {
            number: 1,
            pieces: [
              { text: 'replicas: ', isChanged: false },
              { text: '2', isChanged: true },
            ],
          },
          right: {
            number: 1,
            pieces: [
              { text: 'replicas: ', isChanged: false },
              { text: '3', isChanged: true },
            ],
          },
        },
      ],
      added: 1,
      removed: 1,
      by: 'words',
    });
  });

  test('sets lines of one key side by side, and no others', () => {
    const { lines } = diffTexts('a: 1\nb: 2\n', 'c: 3\na: 4\n');
    expect(lines.map(({ kind }) => kind)).toEqual(['added', 'changed', 'removed']);
  });

  test('beyond its bounds says how far it compared', () => {
    const many = (name: string) => Array.from({ length: 40 }, (_, at) => `${name}${at}: ${at}\n`).join('');
    expect(
      diffTexts(`x\n${many('a')}y\n`, `x\n${many('b')}y\n`, { edits: 10, milliseconds: 1000, words: 1000 }),
    ).toMatchObject({
      by: 'ends',
      added: 40,
      removed: 40,
    });
    const { by, lines } = diffTexts('a: 1\n', 'a: 2\n', { edits: 10, milliseconds: 1000, words: 3 });
    expect([by, lines[0]?.left?.pieces]).toEqual(['lines', [{ text: 'a: 1', isChanged: true }]]);
  });

  test('of two large texts without a line in common ends within its bounds', () => {
    const large = (name: string) =>
      Array.from({ length: 30_000 }, (_, at) => `${name}: ${at}${'.'.repeat(40)}\n`).join('');
    const { by, added, removed } = diffTexts(large('a'), large('b'));
    expect({ by, added, removed }).toEqual({ by: 'ends', added: 30_000, removed: 30_000 });
  });

  test('of one line of a megabyte does not look into it', () => {
    const { lines } = diffTexts(`a: ${'x '.repeat(500_000)}\n`, `a: ${'y '.repeat(500_000)}\n`);
    expect(lines).toHaveLength(1);
    expect(lines[0]?.left?.pieces).toHaveLength(1);
  });
});

describe('shown', () => {
  const { lines } = diffTexts('a\nb\nc\nd: 1\ne\nf\n', 'a\nb\nc\nd: 2\ne\nf\n');

  test('in one column, a changed line stands there twice', () => {
    expect(inline(lines).map(({ kind }) => kind)).toEqual(['same', 'same', 'same', 'removed', 'added', 'same', 'same']);
  });

  test('shortened, so many equal lines stay around a change', () => {
    expect(shortened(lines, 1).map((line) => (line.kind === 'hidden' ? line.count : line.kind))).toEqual([
      2,
      'same',
      'changed',
      'same',
      1,
    ]);
  });
});
