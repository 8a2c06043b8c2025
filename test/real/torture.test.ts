import { beforeAll, describe, expect, inject, test } from 'vitest';
import { CALICO_INDEX, DEFAULT_INDEX } from '../../lambda/contract.ts';
import { CALICO } from '../../lambda/core/index-pattern.ts';
import { setUp } from '../../lib/elasticsearch/setup.ts';
import { batchesOf } from '../support/batches.ts';
import { event } from '../support/builders.ts';
import { preparedClient } from '../support/client.ts';
import { earlyInTheMinute } from '../support/command.ts';
import { faultsOf, idsOf, tortures } from '../support/torture.ts';
import { startPipe } from './pipe.ts';

/** What Calico's document of an event, which is the event itself, may be refused for: nothing that a caller chooses. */
const NO_SERVER_WRITES = [
  ...['empty and blank keys', 'objects where texts belong', 'objects inside arrays', 'an object that is a text'],
  ...['a verb that is a list', 'dates that are none', 'members that audit events do not have', 'every key twice'],
];

describe.each([9, 8] as const)('lines made to do harm, through the bundle into Elasticsearch %i,', (major) => {
  const url = inject('elasticsearch')[major];
  const client = preparedClient(url);
  beforeAll(async () => {
    const indices = [DEFAULT_INDEX, CALICO_INDEX];
    await setUp(client, { url, indices, former: [], indexClusters: ['any'], retentionDays: null }, Date.now());
  });

  test('are each indexed and found by all that rules ask for, or parked with a reason; none stops the next', async () => {
    const { cluster, feed, invoke } = await startPipe({ elasticsearch: { url }, profiles: ['ecs', 'calico'] });
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
    const index = CALICO.all(cluster);
    await client.indices.refresh({ index });
    const calico = await client.search({ index, size: all.length, _source: false });
    const ids = new Set(calico.hits.hits.map(({ _id }) => _id));
    const refused = all.filter(
      ({ where, message }) => where === 'indexed' && !idsOf(cluster, message, timestamp).some((id) => ids.has(id)),
    );
    expect(refused.map(({ name }) => name).filter((name) => !NO_SERVER_WRITES.includes(name))).toEqual([]);
    expect(totals).toMatchObject({
      read: all.length,
      indexed: all.length - parked.length - refused.length,
      parked: parked.length + refused.length,
    });
    // An index that another test has just made is none for a moment.
    const health = await client.cluster.health({ wait_for_status: 'green', timeout: '30s' });
    expect(health).toMatchObject({ timed_out: false, status: 'green' });
    await feed([JSON.stringify(event({ auditID: 'the next' }))]);
    expect((await invoke()).totals).toMatchObject({ indexed: 1 });
  });
});
