import { expect, test } from 'vitest';
import { advance, begin } from '../../../lambda/core/minutes/checkpoint.ts';
import { LeaseLost } from '../../../lambda/core/stopped.ts';
import { MINUTE } from '../../../lambda/core/time.ts';
import type { Acquired, CheckpointStore } from '../../../lambda/ports.ts';
import { NOON } from '../builders.ts';

const UNTIL = NOON + MINUTE;

/** What the port promises. `make` gives a store in which nobody has ever taken the lease. */
export function checkpointStoreContract(make: () => CheckpointStore | Promise<CheckpointStore>): void {
  test('a source never read is acquired without a checkpoint', async () => {
    const store = await make();
    expect(await store.acquire('one', NOON, UNTIL)).toMatchObject({ kind: 'acquired', checkpoint: undefined });
  });

  test('another is told who holds the lease and until when', async () => {
    const store = await make();
    await store.acquire('one', NOON, UNTIL);
    expect(await store.acquire('two', NOON + 1, UNTIL + 1)).toEqual({ kind: 'held', owner: 'one', until: UNTIL });
  });

  test("a lease that ran out is anybody's, and the fence grows", async () => {
    const store = await make();
    const first = fenceOf(await store.acquire('one', NOON, UNTIL));
    expect(await store.acquire('two', UNTIL - 1, UNTIL + 1)).toMatchObject({ kind: 'held' });
    expect(fenceOf(await store.acquire('two', UNTIL, UNTIL + 1))).toBeGreaterThan(first);
  });

  test('whoever holds the lease gets it again, and the fence grows', async () => {
    const store = await make();
    const first = fenceOf(await store.acquire('one', NOON, UNTIL));
    expect(fenceOf(await store.acquire('one', NOON + 1, UNTIL + 1))).toBeGreaterThan(first);
  });

  test('a lease given back is free at once, and the fence grows', async () => {
    const store = await make();
    const first = fenceOf(await store.acquire('one', NOON, UNTIL));
    await store.release(first);
    expect(fenceOf(await store.acquire('two', NOON + 1, UNTIL + 1))).toBeGreaterThan(first);
  });

  test("one who lost the lease can't give back the winner's", async () => {
    const store = await make();
    const lost = fenceOf(await store.acquire('one', NOON, UNTIL));
    await store.acquire('two', UNTIL, UNTIL + MINUTE);
    await store.release(lost);
    expect(await store.acquire('three', UNTIL + 1, UNTIL + MINUTE)).toMatchObject({ kind: 'held', owner: 'two' });
  });

  test('what was saved is what the next one begins with', async () => {
    const store = await make();
    const fence = fenceOf(await store.acquire('one', NOON, UNTIL));
    const begun = begin(900, [0, 120, 86_400], NOON);
    await store.save(begun, fence);
    const next = advance(begun, { from: begun.start, to: begun.start + 5 * MINUTE, begun: NOON });
    await store.save(next, fence);
    await store.release(fence);
    const { checkpoint } = await acquired(store, 'two');
    const { start, cursors, judged, parts, naming } = next;
    expect(checkpoint).toEqual({ start, cursors, judged, parts, naming });
  });

  test('a save by one who lost the lease is refused and changes nothing', async () => {
    const store = await make();
    const lost = fenceOf(await store.acquire('one', NOON, UNTIL));
    const won = fenceOf(await store.acquire('two', UNTIL, UNTIL + MINUTE));
    const kept = begin(900, [0], NOON);
    await store.save(kept, won);
    await expect(store.save(begin(0, [0], NOON), lost)).rejects.toThrow(LeaseLost);
    await store.release(won);
    const { checkpoint } = await acquired(store, 'three');
    expect(checkpoint?.start).toBe(kept.start);
  });
}

async function acquired(store: CheckpointStore, owner: string): Promise<Extract<Acquired, { kind: 'acquired' }>> {
  const answer = await store.acquire(owner, NOON + 2 * MINUTE, NOON + 3 * MINUTE);
  if (answer.kind === 'held') throw new Error(`${answer.owner} holds the lease`);
  return answer;
}

function fenceOf(answer: Acquired): number {
  if (answer.kind === 'held') throw new Error(`${answer.owner} holds the lease`);
  return answer.fence;
}
