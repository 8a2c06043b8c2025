import { describe, expect, test } from 'vitest';
import { type Forwarding, forward, runTime } from '../../../../bin/operate/run/forward.ts';
import { Confirmed } from '../../../../lambda/core/document/confirmed.ts';
import type { CloudWatchLine } from '../../../../lambda/core/line.ts';
import { Stopped } from '../../../../lambda/core/stopped.ts';
import { lines, NOON, settings } from '../../../support/builders.ts';
import { VirtualClock } from '../../../support/fakes/clock.ts';
import { MemoryLedger } from '../../../support/fakes/ledger.ts';
import { MemorySink } from '../../../support/fakes/sink.ts';
import { MemorySource } from '../../../support/fakes/source.ts';
import { MemoryStore } from '../../../support/fakes/store.ts';

const MINUTE = 60_000;

/** A forwarding over a world in memory, and what it said that went wrong. */
function forwarding(overrides: Partial<Forwarding> = {}, fed: readonly CloudWatchLine[] = lines(250)) {
  const parts = {
    source: new MemorySource(fed, 100),
    sink: new MemorySink(),
    store: new MemoryStore(),
    ledger: new MemoryLedger(),
    clock: new VirtualClock(NOON + 5 * MINUTE + 1),
  };
  const wrong: string[] = [];
  const said: string[] = [];
  const interrupt = new AbortController();
  const quiet = () => {};
  const options: Forwarding = {
    settings: settings(),
    ports: { ...parts, memory: { indices: new Set(), confirmed: new Confirmed() }, meter: { emit: quiet } },
    owner: 'this machine',
    once: true,
    interval: 60,
    signal: interrupt.signal,
    progress: {
      doing: quiet,
      passing: quiet,
      done: quiet,
      wrong: (text) => void wrong.push(text),
      say: (text) => void said.push(text),
      end: quiet,
    },
    ...overrides,
  };
  return { ...parts, wrong, said, interrupt, go: () => forward(options) };
}

describe('forwarding once', () => {
  test('ends when everything readable has an outcome', async () => {
    const { go, sink, store } = forwarding();
    expect(await go()).toMatchObject({ totals: { read: 250, indexed: 250 }, failure: undefined });
    expect(sink.ids('audit_logs')).toHaveLength(250);
    expect(store.owner).toBeUndefined();
  });

  test('runs as often as that takes, and counts all runs', async () => {
    const fed = [0, 1, 2, 3].flatMap((minute) => lines(60, NOON + minute * MINUTE));
    const slow = settings({ maxBytesPerRun: 1, startFrom: new Date(NOON).toISOString() });
    const { go, clock } = forwarding({ settings: slow }, fed);
    const began = clock.now();
    expect(await go()).toMatchObject({ totals: { read: 240, indexed: 240 } });
    expect(clock.now() - began).toBeGreaterThanOrEqual(3 * MINUTE);
  });

  test('ends with why, where a run fails', async () => {
    const { go, source, store } = forwarding();
    source.misbehave = () => {
      throw new Stopped('There is no log group.');
    };
    expect(await go()).toMatchObject({ failure: 'There is no log group.' });
    expect(source.calls).toBe(1);
    expect(store.owner).toBeUndefined();
  });

  test('waits until a lease held elsewhere is free, and tells of it once', async () => {
    const { go, store, clock, said } = forwarding();
    const until = clock.now() + 17_000;
    await store.acquire('another machine', clock.now(), until);
    expect(await go()).toMatchObject({ totals: { indexed: 250 }, failure: undefined });
    expect(clock.now()).toBeGreaterThanOrEqual(until);
    expect(clock.now()).toBeLessThan(until + 5000);
    expect(said).toHaveLength(1);
  });
});

describe('forwarding on and on', () => {
  test('begins a run every interval, until it is interrupted', async () => {
    const { go, source, clock, interrupt } = forwarding({ once: false, interval: 30 });
    const began = clock.now();
    source.misbehave = () => {
      if (clock.now() > began + 95_000) interrupt.abort();
      return undefined;
    };
    expect(await go()).toMatchObject({ totals: { indexed: 250 }, failure: undefined });
    expect(clock.now() - began).toBe(120_000);
  });

  test('goes on after a run that failed, and loses nothing', async () => {
    const { go, source, clock, wrong, interrupt } = forwarding({ once: false });
    const began = clock.now();
    source.misbehave = (call) => {
      if (call === 2) throw new Stopped('AWS refuses.');
      if (clock.now() > began + 3 * MINUTE) interrupt.abort();
      return undefined;
    };
    const { totals, failure } = await go();
    expect(totals.indexed + totals.alreadyIndexed).toBeGreaterThanOrEqual(250);
    expect(totals.indexed).toBe(250);
    expect(failure).toBeUndefined();
    expect(wrong).toHaveLength(1);
  });

  test('interrupted in a run, gives the lease back and keeps what is confirmed', async () => {
    const { go, source, sink, store, interrupt } = forwarding({ once: false });
    source.misbehave = (call) => {
      if (call === 3) interrupt.abort();
      return undefined;
    };
    const { totals, failure } = await go();
    expect(failure).toBeUndefined();
    expect(totals.indexed).toBe(sink.ids('audit_logs').length);
    expect(store.owner).toBeUndefined();
    expect(store.checkpoint).toBeDefined();
  });
});

describe('the time of a run', () => {
  test('ends five seconds before the next is due', () => {
    expect(runTime(60, false)).toBe(55);
    expect(runTime(300, true)).toBe(295);
  });

  test('is never too short to get anywhere', () => {
    expect([1, 10, 14].map((interval) => runTime(interval, false))).toEqual([10, 10, 10]);
    expect([1, 59].map((interval) => runTime(interval, true))).toEqual([55, 55]);
  });
});
