import { describe, expect, inject, test } from 'vitest';
import { batchesOf } from '../support/batches.ts';
import { event } from '../support/builders.ts';
import { preparedClient } from '../support/client.ts';
import { earlyInTheMinute } from '../support/command.ts';
import { faultsOf, tortures } from '../support/torture.ts';
import { startPipe } from './pipe.ts';

describe.each([9, 8] as const)('lines made to do harm, through the bundle into Elasticsearch %i,', (major) => {
  const url = inject('elasticsearch')[major];
  const client = preparedClient(url);

  test('are each indexed and found by all that rules ask for, or parked with a reason; none stops the next', async () => {
    const { cluster, feed, invoke } = await startPipe({ elasticsearch: { url } });
    const all = tortures();
    const parked = all.filter(({ where }) => where === 'parked');
    await earlyInTheMinute();
    const timestamp = Date.now();
    for (const batch of batchesOf(all))
      await feed(
        batch.map(({ message }) => message),
        timestamp,
      );
    const { outcome, totals } = await invoke();
    expect(outcome).toMatchObject({ ok: true, payload: { caughtUp: true } });
    await client.indices.refresh({ index: `logs-kubernetes.audit_*-${cluster}-*` });
    const lost: string[] = [];
    for (const one of all) {
      const { name } = one;
      for (const fault of await faultsOf(client, cluster, one, timestamp)) lost.push(`${name}: ${fault}`);
    }
    expect(lost).toEqual([]);
    expect(totals).toMatchObject({
      read: all.length,
      indexed: all.length - parked.length,
      parked: parked.length,
    });
    expect(await client.cluster.health()).toMatchObject({ timed_out: false, status: 'green' });
    await feed([JSON.stringify(event({ auditID: 'the next' }))]);
    expect((await invoke()).totals).toMatchObject({ indexed: 1 });
  });
});
