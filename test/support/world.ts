import type { BulkItem } from '../../lambda/core/bulk/bulk.ts';
import { Confirmed } from '../../lambda/core/document/confirmed.ts';
import type { CloudWatchLine } from '../../lambda/core/line.ts';
import { MINUTE } from '../../lambda/core/time.ts';
import { run } from '../../lambda/run.ts';
import { NOON, settings } from './builders.ts';
import { VirtualClock } from './fakes/clock.ts';
import { MemoryLedger } from './fakes/ledger.ts';
import { MemorySink } from './fakes/sink.ts';
import { MemorySource } from './fakes/source.ts';
import { MemoryStore } from './fakes/store.ts';

/** A source, its table and Elasticsearch in memory, five minutes past noon; `go` is a run of the function. */
export function world(fed: readonly CloudWatchLine[], sink = new MemorySink()) {
  const clock = new VirtualClock(NOON + 5 * MINUTE + 1);
  const parts = {
    source: new MemorySource(fed, 100),
    sink,
    store: new MemoryStore(),
    ledger: new MemoryLedger(),
    clock,
    memory: { indices: new Set<string>(), confirmed: new Confirmed() },
    meter: { emit: () => {} },
  };
  let runs = 0;
  const go = async (overrides: Parameters<typeof settings>[0] = {}) => {
    runs += 1;
    const { tally } = await run(settings(overrides), parts, { id: `run-${runs}`, deadline: clock.now() + 55_000 });
    return tally;
  };
  return { ...parts, go };
}

/** The documents, by where they are. */
export function places(sink: MemorySink): readonly BulkItem[] {
  return [...sink.documents.values()];
}
