import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { add, NONE, type Sums } from '../../../../lambda/core/ledger/counts.ts';
import { addDigests, digestOf, digestText, parseDigest } from '../../../../lambda/core/ledger/digest.ts';
import { ageOf, isUnchanged, late, type Row, recompute, unaccounted } from '../../../../lambda/core/ledger/row.ts';
import { rowItem, rowOf } from '../../../../lambda/core/ledger/row-item.ts';
import { checkpointItem, checkpointOf } from '../../../../lambda/core/minutes/checkpoint-item.ts';
import { NOON } from '../../../support/builders.ts';

const MINUTE = 60_000;

function sums(overrides: Partial<Sums> = {}): Sums {
  return { ...NONE, lines: 10, bytes: 1000, digest: 7n, kept: 10, ...overrides };
}

function row(overrides: Partial<Row> = {}): Row {
  return { ...sums(), minute: NOON, readAt: NOON + MINUTE, first: 10, policy: 'p1', vanished: 0, ...overrides };
}

const pass = (found: Sums, begun = NOON + 5 * MINUTE) => ({ minute: NOON, sums: found, begun, policy: 'p2' });

describe('a digest', () => {
  const ids = fc.array(fc.string(), { minLength: 1 });
  const digest = (some: readonly string[]) => some.map(digestOf).reduce(addDigests, 0n);

  test('is the same in whatever order the lines come', () => {
    fc.assert(fc.property(ids, (some) => digest(some) === digest(some.toReversed())));
  });

  test('adds up over parts', () => {
    fc.assert(
      fc.property(ids, ids, (one, other) => addDigests(digest(one), digest(other)) === digest([...one, ...other])),
    );
  });

  test('tells one line from another', () => {
    expect(digestOf('a')).not.toBe(digestOf('b'));
  });

  test('survives being written, leading zeros and the largest included', () => {
    for (const value of [0n, 1n, 2n ** 128n - 1n]) expect(parseDigest(digestText(value))).toBe(value);
    expect(digestText(1n)).toHaveLength(32);
  });
});

describe('a row', () => {
  test('is first what the first full read found', () => {
    expect(recompute(undefined, pass(sums()))).toMatchObject({ lines: 10, first: 10, policy: 'p2', vanished: 0 });
  });

  test('that is read again with more lines is recomputed, and knows how many came late', () => {
    const after = recompute(row(), pass(sums({ lines: 12, kept: 12 })));
    expect(after).toMatchObject({ lines: 12, kept: 12, first: 10 });
    expect(late(after)).toBe(2);
  });

  test('is never lowered: with fewer lines it keeps its numbers and says what vanished', () => {
    const after = recompute(row(), pass(sums({ lines: 4, kept: 4 })));
    expect(after).toMatchObject({ lines: 10, kept: 10, policy: 'p1', vanished: 6, readAt: NOON + 5 * MINUTE });
  });

  test('whose lines are back has none vanished', () => {
    expect(recompute(row({ vanished: 6 }), pass(sums()))).toMatchObject({ lines: 10, vanished: 0 });
  });

  test('never becomes smaller, younger or of another first read', () => {
    const some = fc.nat(100).map((lines) => sums({ lines, kept: lines }));
    fc.assert(
      fc.property(some, some, fc.nat(100), (before, found, minutes) => {
        const old = recompute(undefined, pass(before));
        const after = recompute(old, pass(found, NOON + minutes * MINUTE));
        return after.lines >= old.lines && after.readAt >= old.readAt && after.first === old.first;
      }),
    );
  });

  test('knows how old its newest full read was', () => {
    expect(ageOf(row({ readAt: NOON + MINUTE + 120_000 }))).toBe(120);
  });

  test('is unchanged only where count and digest are the same and nothing had vanished', () => {
    expect(isUnchanged(row(), { lines: 10, digest: 7n })).toBe(true);
    expect(isUnchanged(row(), { lines: 11, digest: 7n })).toBe(false);
    expect(isUnchanged(row(), { lines: 10, digest: 8n })).toBe(false);
    expect(isUnchanged(row({ vanished: 1 }), { lines: 10, digest: 7n })).toBe(false);
  });
});

test('parts of a minute add up, reason by reason', () => {
  const one = sums({ dropped: { '0': 1, stage: 2 }, parked: { 'not JSON': 1 }, duplicates: 1 });
  const other = sums({ dropped: { '0': 4 }, parked: { truncated: 2 }, truncated: 2 });
  expect(add(one, other)).toEqual({
    lines: 20,
    bytes: 2000,
    digest: 14n,
    kept: 20,
    dropped: { '0': 5, stage: 2 },
    parked: { 'not JSON': 1, truncated: 2 },
    duplicates: 1,
    truncated: 2,
  });
});

test('what has no outcome is what is left of the lines', () => {
  expect(unaccounted(sums({ lines: 20, kept: 10, dropped: { '0': 3 }, parked: { truncated: 2 }, duplicates: 1 }))).toBe(
    4,
  );
});

describe('in the table', () => {
  test('a row of an earlier version, which names a rule by its number alone, names it as rows do now', () => {
    expect(rowOf({ ...rowItem(row()), dropped: { '3': 4, stage: 1 } }).dropped).toEqual({ 'rules[3]': 4, stage: 1 });
  });

  test('a row comes back as it was', () => {
    const full = row({ dropped: { 'rules[3]': 4 }, parked: { 'not JSON': 1 }, digest: 2n ** 127n + 5n });
    expect(rowOf(JSON.parse(JSON.stringify(rowItem(full))))).toEqual(full);
  });

  test('a checkpoint comes back as it was', () => {
    const checkpoint = {
      start: NOON,
      cursors: new Map([[0, NOON + 5 * MINUTE]]),
      judged: [{ to: NOON + 6 * MINUTE, policy: 'p1' }],
      parts: new Map([
        [0, { minute: NOON, how: 'comparing' as const, upTo: NOON + 1234, span: 100, begun: NOON + 7, sums: sums() }],
      ]),
    };
    expect(checkpointOf(JSON.parse(JSON.stringify(checkpointItem(checkpoint))))).toEqual(checkpoint);
  });

  test('an item that holds a lease alone is no checkpoint', () => {
    expect(checkpointOf({ fence: 3 })).toBeUndefined();
  });
});
