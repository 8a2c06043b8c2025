import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SHAPE } from '../../../../lambda/core/document/shape.ts';
import { add, NONE, type Sums } from '../../../../lambda/core/ledger/counts.ts';
import {
  addDigests,
  addHash,
  digestOf,
  digestText,
  hashOf,
  parseDigest,
} from '../../../../lambda/core/ledger/digest.ts';
import { ageOf, isUnchanged, recompute, type SentMinute, unaccounted } from '../../../../lambda/core/ledger/row.ts';
import { rowItem, rowOf } from '../../../../lambda/core/ledger/row-item.ts';
import { checkpointItem, checkpointOf } from '../../../../lambda/core/minutes/checkpoint-item.ts';
import { NOON, row } from '../../../support/builders.ts';

const MINUTE = 60_000;

function sums(overrides: Partial<Sums> = {}): Sums {
  return { ...NONE, lines: 10, bytes: 1000, digest: 7n, kept: 10, ...overrides };
}

const pass = (found: Sums, more: Partial<SentMinute> = {}): SentMinute => ({
  minute: NOON,
  sums: found,
  begun: NOON + 15 * MINUTE,
  policy: 'p2',
  naming: 'n2',
  compared: undefined,
  ...more,
});

/** So many lines, of which so many are not younger than what the row has seen. */
function found(lines: number, known: number, digest = BigInt(known)): Sums {
  return sums({ lines, kept: lines, digest: BigInt(lines), known: { lines: known, digest }, seenUntil: NOON + lines });
}

const early = () => row({ digest: 10n, policy: 'p1' });

describe('a digest', () => {
  const ids = fc.array(fc.string(), { minLength: 1 });
  const digest = (some: readonly string[]) => {
    const sum = hashOf(some[0] ?? '');
    for (const id of some.slice(1)) addHash(sum, hashOf(id));
    return digestOf(sum);
  };

  test('is the same in whatever order the lines come', () => {
    fc.assert(fc.property(ids, (some) => digest(some) === digest(some.toReversed())));
  });

  test('adds up over parts', () => {
    fc.assert(
      fc.property(ids, ids, (one, other) => addDigests(digest(one), digest(other)) === digest([...one, ...other])),
    );
  });

  test('is the sum modulo 2^128 of hashes as anybody can make them', () => {
    const hash = (id: string) => BigInt(`0x${createHash('sha256').update(id).digest('hex').slice(0, 32)}`);
    fc.assert(fc.property(ids, (some) => digest(some) === some.reduce((sum, id) => (sum + hash(id)) % 2n ** 128n, 0n)));
  });

  test('tells one line from another', () => {
    expect(digestOf(hashOf('a'))).not.toBe(digestOf(hashOf('b')));
  });

  test('survives being written, leading zeros and the largest included', () => {
    for (const value of [0n, 1n, 2n ** 128n - 1n]) expect(parseDigest(digestText(value))).toBe(value);
    expect(digestText(1n)).toHaveLength(32);
  });
});

describe('a row', () => {
  test('is first what the first full read found', () => {
    const first = recompute(undefined, pass(found(10, 10)));
    expect(first).toMatchObject({
      lines: 10,
      first: 10,
      policy: 'p2',
      naming: 'n2',
      late: 0,
      vanished: 0,
      shapes: [SHAPE],
    });
    expect(first.last).toEqual({ lines: 10, digest: 10n, seenUntil: NOON + 10 });
  });

  test('that is read again with more lines is recomputed, and knows how many came late', () => {
    const after = recompute(early(), pass(found(12, 10), { compared: found(12, 10) }));
    expect(after).toMatchObject({ lines: 12, kept: 12, first: 10, late: 2, vanished: 0, policy: 'p2' });
  });

  test('adds up what came late at each look', () => {
    const once = recompute(early(), pass(found(12, 10), { compared: found(12, 10) }));
    expect(recompute(once, pass(found(13, 12), { compared: found(13, 12) }))).toMatchObject({ late: 3, first: 10 });
  });

  test('is never lowered: with fewer lines it keeps its numbers and says what vanished', () => {
    const after = recompute(early(), pass(found(4, 4), { compared: found(4, 4) }));
    expect(after).toMatchObject({ lines: 10, kept: 10, policy: 'p1', vanished: 6, readAt: NOON + 15 * MINUTE });
    expect(isUnchanged(after, found(4, 4))).toBe(true);
  });

  test('tells that lines were replaced: as many are gone at least as are not known any more, the others are late', () => {
    const after = recompute(early(), pass(found(10, 5), { compared: found(10, 5) }));
    expect(after).toMatchObject({ lines: 10, late: 5, vanished: 5 });
  });

  test('tells that one is gone at least where as many are known but others', () => {
    expect(recompute(early(), pass(found(10, 10, 3n), { compared: found(10, 10, 3n) }))).toMatchObject({
      vanished: 1,
    });
  });

  test('calls nothing vanished that only one of two reads lacked, and holds the next look against the read before', () => {
    const missing = [pass(found(9, 9)), pass(found(9, 9), { compared: found(11, 10) })];
    for (const sent of missing)
      expect(recompute(early(), sent)).toMatchObject({ lines: 10, late: 0, vanished: 0, last: early().last });
  });

  test('claims what both reads lacked, and of the rest nothing until another read says so', () => {
    const after = recompute(early(), pass(found(5, 5), { compared: found(8, 8) }));
    expect(after).toMatchObject({ vanished: 2, last: { lines: 8, digest: null } });
    expect(isUnchanged(after, found(8, 8))).toBe(false);
    expect(recompute(after, pass(found(5, 5), { compared: found(5, 5) }))).toMatchObject({ vanished: 5 });
    expect(rowOf(JSON.parse(JSON.stringify(rowItem(after)))).last).toEqual(after.last);
  });

  test('calls nothing vanished that was taken in so lately that a read may yet lack it', () => {
    const sent = pass(found(4, 4), { compared: found(4, 4), begun: NOON + 5 * MINUTE });
    expect(recompute(early(), sent)).toMatchObject({ vanished: 0, last: early().last });
  });

  test('names the shapes of all documents that were sent', () => {
    expect(recompute({ ...early(), shapes: [0] }, pass(found(10, 10))).shapes).toEqual([0, SHAPE]);
  });

  test('never becomes smaller, younger or of another first read; late and vanished only grow', () => {
    const some = fc
      .tuple(fc.nat(100), fc.nat(100))
      .map(([one, other]) => found(Math.max(one, other), Math.min(one, other)));
    fc.assert(
      fc.property(some, some, fc.option(some, { nil: undefined }), fc.nat(100), (one, other, compared, minutes) => {
        const old = recompute(undefined, pass(one));
        const after = recompute(old, pass(other, { compared, begun: NOON + minutes * MINUTE }));
        const grown = after.late >= old.late && after.vanished >= old.vanished;
        return grown && after.lines >= old.lines && after.readAt >= old.readAt && after.first === old.first;
      }),
    );
  });

  test('knows how old its newest full read was', () => {
    expect(ageOf(row({ readAt: NOON + MINUTE + 120_000 }))).toBe(120);
  });

  test('is unchanged only where count and digest are those of the newest full read', () => {
    expect(isUnchanged(row(), { lines: 10, digest: 7n })).toBe(true);
    expect(isUnchanged(row(), { lines: 11, digest: 7n })).toBe(false);
    expect(isUnchanged(row(), { lines: 10, digest: 8n })).toBe(false);
  });
});

test('parts of a minute add up, reason by reason', () => {
  const one = sums({
    seenUntil: 9,
    known: { lines: 2, digest: 1n },
    dropped: { '0': 1, stage: 2 },
    parked: { 'not JSON': 1 },
    duplicates: 1,
  });
  const other = sums({
    seenUntil: 4,
    known: { lines: 3, digest: 2n },
    dropped: { '0': 4 },
    parked: { truncated: 2 },
    truncated: 2,
  });
  expect(add(one, other)).toEqual({
    lines: 20,
    bytes: 2000,
    digest: 14n,
    seenUntil: 9,
    known: { lines: 5, digest: 3n },
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
  test('a row of an earlier version, which says nothing of its last read, is taken for it', () => {
    const { last: _, late: __, naming: ___, shapes: ____, ...old } = rowItem(row({ lines: 12, first: 10 }));
    const seenUntil = Number.POSITIVE_INFINITY;
    expect(rowOf(old)).toMatchObject({ late: 2, naming: '', shapes: [1], last: { lines: 12, digest: 7n, seenUntil } });
    expect(rowOf(JSON.parse(JSON.stringify(rowItem(rowOf(old)))))).toEqual(rowOf(old));
  });

  test('a row of an earlier version, which names a rule by its number alone, names it as rows do now', () => {
    expect(rowOf({ ...rowItem(row()), dropped: { '3': 4, stage: 1 } }).dropped).toEqual({ 'rules[3]': 4, stage: 1 });
  });

  test('a row comes back as it was', () => {
    const full = row({ dropped: { 'rules[3]': 4 }, parked: { 'not JSON': 1 }, digest: 2n ** 127n + 5n });
    expect(rowOf(JSON.parse(JSON.stringify(rowItem(full))))).toEqual(full);
  });

  test('a checkpoint comes back as it was', () => {
    const FOUND = { lines: 3, bytes: 9, digest: 5n, seenUntil: NOON, known: { lines: 2, digest: 4n } };
    const checkpoint = {
      start: NOON,
      cursors: new Map([[0, NOON + 5 * MINUTE]]),
      judged: [{ to: NOON + 6 * MINUTE, policy: 'p1', naming: 'n1' }],
      naming: 'n0',
      parts: new Map([
        [
          0,
          {
            minute: NOON,
            how: 'comparing' as const,
            upTo: NOON + 1234,
            span: 100,
            begun: NOON + 7,
            sums: sums(),
            compared: FOUND,
          },
        ],
      ]),
    };
    expect(checkpointOf(JSON.parse(JSON.stringify(checkpointItem(checkpoint))))).toEqual(checkpoint);
  });

  test('an item that holds a lease alone is no checkpoint', () => {
    expect(checkpointOf({ fence: 3 })).toBeUndefined();
  });
});
