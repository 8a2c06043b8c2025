import type { BulkAnswer, BulkItem } from '../../lambda/core/bulk/bulk.ts';
import { Confirmed } from '../../lambda/core/document/confirmed.ts';
import { hashOf } from '../../lambda/core/hash.ts';
import type { Tally } from '../../lambda/core/ledger/tally.ts';
import { floorMinute, MINUTE } from '../../lambda/core/time.ts';
import type { BulkSink } from '../../lambda/ports.ts';
import { run } from '../../lambda/run.ts';
import { CLUSTER, NOON, settings } from '../support/builders.ts';
import { VirtualClock } from '../support/fakes/clock.ts';
import { EndlessSource, type Flow } from './minutes.ts';
import { Pushes } from './pushes.ts';
import { CountedLedger, CountedStore, Units } from './units.ts';

const MB = 1e6;
const AGES = [0, 120, 600, 7200, 86_400];
/** Beyond what the default looks let through lines are pushed as well, and the schedule is the proof. */
const PUSHED = { name: '100 GB a day', bytesPerMinute: 1e11 / 1440, ages: [0, 86_400] };
/** Runs before the figures are taken; with late lines until those that look after ten minutes meet what they sent. */
const WARM_UP = { steady: 3, late: 12 };
const MEASURED = 5;
/** So that as many late lines come to light in the runs measured as were written in them. */
const LATE_EVERY = 5;
/** Each run begins in the middle of a minute. */
const OFFSET = 30_000;
const MOST_ITEMS = 1.05;
const MOST_READ = 6.5;

interface Work {
  /** CloudWatch bytes read per byte of log. */
  readonly read: number;
  readonly requests: number;
  /** Bulk items sent per event indexed. */
  readonly items: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly frontierLag: number;
  readonly revisitLag: number;
}

/** What a run costs in steady state, a day after its first; true when warm runs send hardly an event twice. */
export async function benchWork(): Promise<boolean> {
  let good = true;
  console.log(`work: in steady state, per run (each minute), ages ${AGES.join(', ')} s`);
  for (const lateEvery of [0, LATE_EVERY]) {
    const late = lateEvery === 0 ? 'no line late' : `one line five minutes late every ${lateEvery} minutes`;
    console.log(`  ${late}`);
    for (const megabytes of [1, 10, 50]) {
      const work = await measureWork({ bytesPerMinute: megabytes * MB, lateEvery });
      console.log(`    ${megabytes} MB a minute: ${sentence(work)}`);
      if (work.read > MOST_READ || work.items > MOST_ITEMS) good = false;
    }
  }
  const { name, bytesPerMinute, ages } = PUSHED;
  const work = await measureWork({ bytesPerMinute, lateEvery: LATE_EVERY }, ages, true);
  console.log(`  ages ${ages.join(', ')} s, each line pushed as well, one of each ${LATE_EVERY} minutes late`);
  console.log(`    ${name}: ${sentence(work)}`);
  if (work.frontierLag > 120) good = false;
  console.log(`  at most ${MOST_READ} bytes read per byte and ${MOST_ITEMS} items an event are wanted`);
  return good;
}

function sentence({ read, requests, items, readUnits, writeUnits, frontierLag, revisitLag }: Work): string {
  return (
    `${read.toFixed(2)} bytes read per byte (${requests.toFixed(0)} requests), ${items.toFixed(3)} items per event, ` +
    `${readUnits.toFixed(1)} read and ${writeUnits.toFixed(1)} write units; ` +
    `lag: frontier ${frontierLag} s, revisits ${revisitLag} s`
  );
}

/** Elasticsearch that keeps the ids alone. */
class CountingSink implements BulkSink {
  items = 0;
  get documents(): number {
    return this.#ids.size;
  }
  readonly #ids = new Set<string>();

  async bulk(items: readonly BulkItem[]): Promise<BulkAnswer> {
    this.items += items.length;
    const answers = items.map(({ index, id }) => {
      const status = this.#ids.size === this.#ids.add(id).size ? 409 : 201;
      return { status, index };
    });
    return { kind: 'items', took: 1, items: answers };
  }

  async renew(): Promise<boolean> {
    return false;
  }
}

/** A day after its first run, at this flow. `isPushed`: a subscription brings each line too, and sooner. */
export async function measureWork(flow: Flow, ages: readonly number[] = AGES, isPushed = false): Promise<Work> {
  const clock = new VirtualClock(NOON + OFFSET);
  const source = new EndlessSource(flow, () => clock.time);
  const sink = new CountingSink();
  const units = new Units(CLUSTER.source);
  const store = new CountedStore(units, CLUSTER.source);
  const ledger = new CountedLedger(units);
  const warmUp = flow.lateEvery === 0 ? WARM_UP.steady : WARM_UP.late;
  beginInSteadyState(source, store, ledger, { now: clock.time, runs: warmUp + MEASURED, ages });
  const tallies: Tally[] = [];
  const memory = { indices: new Set<string>(), confirmed: new Confirmed() };
  const meter = { emit: (tally: Tally) => void tallies.push(tally) };
  const ports = { source, sink, store, ledger, clock, meter, memory };
  const configured = settings({ ages, requestsPerSecond: 5 });
  const pushes = isPushed ? new Pushes(source, sink, clock) : undefined;
  const before = { items: 0, documents: 0, read: 0, written: 0 };
  for (let at = 0; at < warmUp + MEASURED; at += 1) {
    if (at === warmUp) {
      const { items, documents } = sink;
      Object.assign(before, { items, documents, read: units.read, written: units.written });
    }
    const tick = NOON + OFFSET + at * MINUTE;
    clock.time = Math.max(clock.time, tick);
    await pushes?.until(clock.time);
    await run(configured, ports, { id: `run-${at}`, deadline: clock.time + 55_000 });
  }
  const failed = tallies.find(({ ended }) => ended !== 'succeeded');
  if (failed !== undefined) throw new Error(`A run ${failed.ended}: ${failed.reason}`);
  const measured = tallies.slice(warmUp);
  const sum = (of: (tally: Tally) => number) => measured.reduce((total, tally) => total + of(tally), 0);
  return {
    read: sum(({ bytesRead }) => bytesRead) / (MEASURED * flow.bytesPerMinute),
    requests: sum(({ calls }) => calls) / MEASURED,
    items: (sink.items - before.items) / (sink.documents - before.documents),
    readUnits: (units.read - before.read) / MEASURED,
    writeUnits: (units.written - before.written) / MEASURED,
    frontierLag: tallies.at(-1)?.frontierLag ?? Number.NaN,
    revisitLag: tallies.at(-1)?.revisitLag ?? Number.NaN,
  };
}

/** As if the runs of the day before had all been there: the cursors at their places, rows where they will be read. */
function beginInSteadyState(
  source: EndlessSource,
  store: CountedStore,
  ledger: CountedLedger,
  { now, runs, ages }: { readonly now: number; readonly runs: number; readonly ages: readonly number[] },
): void {
  const { policy } = settings();
  const hash = hashOf(policy);
  const cursorOf = (age: number) => floorMinute(now - MINUTE - age * 1000);
  const [oldest = 0] = ages.toReversed();
  for (const age of ages.slice(1)) {
    for (let minute = cursorOf(age) - MINUTE; minute < cursorOf(age) + runs * MINUTE; minute += MINUTE) {
      if (minute >= cursorOf(0) || ledger.stored.has(minute)) continue;
      ledger.stored.set(minute, source.row(minute, hash, minute + MINUTE + OFFSET));
    }
  }
  ledger.policies.set(hash, policy);
  store.checkpoint = {
    start: cursorOf(oldest + 3600),
    cursors: new Map(ages.map((age) => [age, cursorOf(age)])),
    judged: [],
    parts: new Map(),
    naming: '',
  };
}
