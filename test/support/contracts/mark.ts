import { expect, test } from 'vitest';
import type { Headway, Mark } from '../../../bin/operate/backfill/mark.ts';
import { MINUTE } from '../../../lambda/core/time.ts';
import { NOON } from '../builders.ts';

const UNTIL = NOON + MINUTE;
const HALF: Headway = { from: NOON - 10 * MINUTE, to: NOON, upTo: NOON - 5 * MINUTE, policy: 'each' };

/** What the port promises. `make` gives the mark of a source that no backfill ever read. */
export function markContract(make: () => Mark | Promise<Mark>): void {
  test('a source without a mark is taken, and nothing is left undone', async () => {
    const mark = await make();
    expect(await mark.take('one', NOON, UNTIL)).toMatchObject({ kind: 'taken', left: undefined });
  });

  test('another is told who has it and until when, and has it when it has run out', async () => {
    const mark = await make();
    await mark.take('one', NOON, UNTIL);
    expect(await mark.take('two', UNTIL - 1, UNTIL + 1)).toEqual({ kind: 'held', owner: 'one', until: UNTIL });
    expect(await mark.take('two', UNTIL, UNTIL + 1)).toMatchObject({ kind: 'taken' });
  });

  test('renewed it holds longer, and one who lost it can’t renew it', async () => {
    const mark = await make();
    await mark.take('one', NOON, UNTIL);
    await mark.renew('one', HALF, UNTIL + MINUTE);
    expect(await mark.take('two', UNTIL, UNTIL + 1)).toMatchObject({ kind: 'held', until: UNTIL + MINUTE });
    await mark.take('two', UNTIL + MINUTE, UNTIL + 2 * MINUTE);
    await expect(mark.renew('one', HALF, UNTIL + 3 * MINUTE)).rejects.toThrow();
    expect(await mark.take('three', UNTIL + MINUTE, UNTIL)).toMatchObject({ kind: 'held', owner: 'two' });
  });

  test('given back it is free at once, with what is left undone, or with nothing', async () => {
    const mark = await make();
    await mark.take('one', NOON, UNTIL);
    await mark.release('one', HALF);
    expect(await mark.take('two', NOON, UNTIL)).toMatchObject({ kind: 'taken', left: HALF });
    await mark.renew('two', HALF, UNTIL);
    await mark.release('two', undefined);
    expect(await mark.take('three', NOON, UNTIL)).toMatchObject({ kind: 'taken', left: undefined });
  });

  test('one who lost it can’t give back the winner’s', async () => {
    const mark = await make();
    await mark.take('one', NOON, UNTIL);
    await mark.take('two', UNTIL, UNTIL + MINUTE);
    await mark.release('one', HALF);
    expect(await mark.take('three', UNTIL, UNTIL)).toMatchObject({ kind: 'held', owner: 'two' });
  });
}
