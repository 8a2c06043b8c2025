import { describe, expect, test } from 'vitest';
import type { BulkAnswer } from '../../lambda/core/bulk/bulk.ts';

import { Confirmed } from '../../lambda/core/document/confirmed.ts';
import type { Tally } from '../../lambda/core/ledger/tally.ts';
import type { CloudWatchLine } from '../../lambda/core/line.ts';
import { Stopped } from '../../lambda/core/stopped.ts';
import { run } from '../../lambda/run.ts';
import { event, line, lines, NOON, settings } from '../support/builders.ts';
import { VirtualClock } from '../support/fakes/clock.ts';
import { MemoryLedger } from '../support/fakes/ledger.ts';
import { MemorySink } from '../support/fakes/sink.ts';
import { MemorySource } from '../support/fakes/source.ts';
import { MemoryStore } from '../support/fakes/store.ts';

const MINUTE = 60_000;

/** A world in memory that lives through several runs. */
function world(fed: readonly CloudWatchLine[] = [], sink = new MemorySink()) {
  const source = new MemorySource(fed, 100);
  const store = new MemoryStore();
  const clock = new VirtualClock(NOON + 5 * MINUTE + 1);
  const emitted: Tally[] = [];
  const ledger = new MemoryLedger();
  const memory = { indices: new Set<string>(), confirmed: new Confirmed() };
  const parts = {
    source,
    sink,
    store,
    ledger,
    clock,
    memory,
    meter: { emit: (tally: Tally) => void emitted.push({ ...tally }) },
  };
  let runs = 0;
  const go = (overrides: Parameters<typeof settings>[0] = {}) => {
    runs += 1;
    return run(settings(overrides), parts, { id: `run-${runs}`, deadline: clock.now() + 55_000 });
  };
  return { ...parts, emitted, go };
}

const outcomes = ({ read, indexed, alreadyIndexed, duplicate, dropped, parked, unaccounted }: Tally) => ({
  read,
  indexed,
  alreadyIndexed,
  duplicate,
  dropped,
  parked,
  unaccounted,
});
const none = { read: 0, indexed: 0, alreadyIndexed: 0, duplicate: 0, dropped: 0, parked: 0, unaccounted: 0 };

describe('a run', () => {
  test('gives every line one outcome and moves the frontier to the last minute that is over', async () => {
    const { go, store } = world([
      ...lines(250),
      line({ message: 'no JSON', timestamp: NOON + MINUTE }),
      line({ message: 'no JSON', timestamp: NOON + MINUTE, eventId: 'once more' }),
    ]);
    const { tally, caughtUp } = await go({ ages: [0] });
    expect(outcomes(tally)).toEqual({ ...none, read: 252, indexed: 250, parked: 1, duplicate: 1 });
    expect(caughtUp).toBe(true);
    expect(store.checkpoint?.cursors.get(0)).toBe(NOON + 5 * MINUTE);
  });

  test('reads the unfinished minute too, without moving the frontier into it', async () => {
    const { go, store } = world(lines(3, NOON + 5 * MINUTE));
    const { tally } = await go();
    expect(tally.indexed).toBe(3);
    expect(store.checkpoint?.cursors.get(0)).toBe(NOON + 5 * MINUTE);
  });

  test('asks for whole minutes, both ends inclusive, without gap', async () => {
    const { go, source } = world(lines(3));
    await go({ ages: [0] });
    const starts = source.asked.map(({ startTime }) => startTime);
    const ends = source.asked.map(({ endTime }) => endTime);
    expect(starts).toEqual([NOON - 10 * MINUTE, ...ends.slice(0, -1).map((end) => end + 1)]);
    expect(starts.every((start) => start % MINUTE === 0)).toBe(true);
    expect(ends.at(-1)).toBe(NOON + 6 * MINUTE - 1);
  });

  test('again indexes nothing twice', async () => {
    const { go, sink } = world(lines(20, NOON + 4 * MINUTE));
    await go();
    const before = sink.documents.size;
    expect(outcomes((await go()).tally)).toMatchObject({ indexed: 0 });
    expect(sink.documents.size).toBe(before);
  });

  test('finds a line that came late when its minute comes of age', async () => {
    const { go, source, clock } = world(lines(5, NOON + 4 * MINUTE));
    await go();
    source.lines.push(
      line({ timestamp: NOON + 4 * MINUTE + 30_000, message: JSON.stringify(event({ auditID: 'late' })) }),
    );
    clock.time += 3 * MINUTE;
    expect((await go()).tally).toMatchObject({ indexed: 1, alreadyIndexed: 5 });
  });

  test('drops what the policy drops, and counts it', async () => {
    const { go, sink } = world(lines(5));
    const policy = { omitStages: [], omitManagedFields: false, rules: [] };
    expect(outcomes((await go({ policy, ages: [0] })).tally)).toEqual({ ...none, read: 5, dropped: 5 });
    expect(sink.documents.size).toBe(0);
  });
});

describe('the first run', () => {
  test('that fails has kept where it began: the next does not begin later', async () => {
    const { go, store, clock, sink } = world(lines(5, NOON - 9 * MINUTE));
    const down = (): Promise<BulkAnswer> => Promise.resolve({ kind: 'unreachable', why: 'ECONNREFUSED' });
    const { bulk } = sink;
    sink.bulk = down;
    expect((await go()).tally.ended).toBe('failed');
    expect(store.checkpoint?.start).toBe(NOON - 10 * MINUTE);
    sink.bulk = bulk;
    clock.time += 60 * MINUTE;
    expect((await go()).tally.indexed).toBe(5);
  });
});

describe('a run that fails', () => {
  test('keeps the cursors at what was confirmed, says why, and emits', async () => {
    const { go, source, store, emitted } = world([...lines(5, NOON), ...lines(5, NOON + 2 * MINUTE)]);
    const page = source.page.bind(source);
    source.page = async (range, token) => {
      if (range.startTime > NOON) throw new Stopped('There is no log group.');
      return page(range, token);
    };
    const { tally } = await go({ startFrom: 300 });
    expect(tally).toMatchObject({ ended: 'failed', reason: 'There is no log group.', indexed: 5 });
    expect(store.checkpoint?.cursors.get(0)).toBe(NOON + MINUTE);
    expect(emitted).toHaveLength(1);
  });

  test('releases the lease', async () => {
    const { go, source, store } = world();
    source.misbehave = () => {
      throw new Stopped('no');
    };
    await go();
    expect(store.owner).toBeUndefined();
  });
});

describe('the lease', () => {
  test('held by another ends the run at once: nothing read, not failed', async () => {
    const { go, store, source, clock } = world(lines(5));
    await store.acquire('another', clock.now(), clock.now() + MINUTE);
    expect((await go()).tally).toMatchObject({ ended: 'lease held elsewhere', read: 0 });
    expect(source.calls).toBe(0);
  });

  test('stolen while a run sleeps keeps that run from moving the cursors', async () => {
    const { go, store, source, clock } = world(lines(5));
    source.misbehave = (call) => {
      if (call === 1) {
        clock.time += 10 * MINUTE;
        void store.acquire('another', clock.now(), clock.now() + MINUTE);
      }
      return undefined;
    };
    const { tally } = await go();
    expect(tally.ended).toBe('lease held elsewhere');
    expect([...(store.checkpoint?.cursors.values() ?? [])]).toEqual([NOON - 10 * MINUTE, NOON - 10 * MINUTE]);
    expect(store.owner).toBe('another');
  });
});

test('a clock over 30 s away from AWS’s stops the run before anything is read', async () => {
  const { go, store, source, clock } = world(lines(5));
  store.serverTime = clock.now() - 31_000;
  expect((await go()).tally.reason).toBe(
    "This machine's clock is 31 s away from AWS's: set it right, nothing was read.",
  );
  expect(source.calls).toBe(0);
});

describe('throttling', () => {
  test('is waited out, counted, and never fails a run', async () => {
    const { go, source } = world(lines(250));
    source.misbehave = (call) =>
      call % 2 === 1 ? { kind: 'again', throttled: true, why: 'ThrottlingException' } : undefined;
    const { tally } = await go();
    expect(tally).toMatchObject({ ended: 'succeeded', indexed: 250, alreadyIndexed: 0 });
    expect(tally.throttles).toBeGreaterThan(2);
  });

  test('without end ends the run in time, not failed, not caught up', async () => {
    const { go, source, clock } = world(lines(5));
    const deadline = clock.now() + 55_000;
    source.misbehave = () => ({ kind: 'again', throttled: true, why: 'ThrottlingException' });
    expect(await go()).toMatchObject({ tally: { ended: 'succeeded', read: 0 }, caughtUp: false });
    expect(clock.now()).toBeLessThan(deadline);
  });
});

test('an empty page with a token is not the end', async () => {
  const { go, source } = world(lines(5));
  const page = source.page.bind(source);
  source.page = async (range, token) =>
    token === undefined ? { kind: 'page', lines: [], nextToken: '0' } : page(range, token);
  expect((await go({ ages: [0] })).tally.indexed).toBe(5);
});

test('no more than the share of requests is made in a second', async () => {
  const { go, source, clock } = world(lines(1000));
  const times: number[] = [];
  source.misbehave = () => {
    times.push(clock.now());
    return undefined;
  };
  await go({ requestsPerSecond: 2 });
  const within = times.map((time) => times.filter((other) => other >= time && other < time + 1000).length);
  expect(Math.max(...within)).toBeLessThanOrEqual(4);
  expect(times.length).toBeGreaterThan(10);
});

test('a run that may read so many bytes begins nothing beyond, and the next goes on', async () => {
  const { go, sink } = world([...lines(50), ...lines(50, NOON + MINUTE), ...lines(50, NOON + 2 * MINUTE)]);
  const first = await go({ maxBytesPerRun: 1, ages: [0], startFrom: 300 });
  expect(first).toMatchObject({ caughtUp: false, tally: { indexed: 50 } });
  await go({ maxBytesPerRun: 1, ages: [0], startFrom: 300 });
  await go({ maxBytesPerRun: 1, ages: [0], startFrom: 300 });
  expect(sink.ids('audit_logs')).toHaveLength(150);
});
