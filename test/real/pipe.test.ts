import { describe, expect, inject, test } from 'vitest';
import { METRICS } from '../../lambda/contract.ts';
import { systemClock } from '../../lambda/edges/clock.ts';
import { countDocuments } from '../../lib/elasticsearch/count.ts';
import { sampleEvents } from '../../local/samples/samples.ts';
import { event } from '../support/builders.ts';
import { preparedClient } from '../support/client.ts';
import { earlyInTheMinute } from '../support/command.ts';
import { type Pipe, type PipeOptions, startPipe } from './pipe.ts';

const url = inject('elasticsearch')[9];
const client = preparedClient(url);

function pipe(options: Partial<PipeOptions> = {}): Promise<Pipe> {
  return startPipe({ elasticsearch: { url }, ...options });
}

const indices = (cluster: string) => `logs-kubernetes.audit_logs-${cluster}-*`;
const parked = (cluster: string) => `logs-kubernetes.audit_parked-${cluster}-*`;

function events(count: number, size = 0): string[] {
  const pad = 'x'.repeat(size);
  return Array.from({ length: count }, (_, at) => JSON.stringify(event({ auditID: `event-${at}`, pad })));
}

describe('the bundle, started as Lambda starts it,', () => {
  test('indexes what it reads, once, however often it runs', async () => {
    const { cluster, feed, invoke } = await pipe();
    await earlyInTheMinute();
    const cut = `${JSON.stringify(event()).slice(0, -200)}[Truncated...]`;
    await feed([...events(50), 'no JSON at all', cut]);
    const first = await invoke();
    expect(first.outcome).toMatchObject({ ok: true, payload: { caughtUp: true } });
    expect(first.totals).toMatchObject({ read: 52, indexed: 51, parked: 1 });
    const second = await invoke();
    expect(second.totals).toMatchObject({ read: 52, indexed: 0, alreadyIndexed: 51, parked: 1 });
    expect(await countDocuments(client, indices(cluster), systemClock)).toBe(51);
    expect(await countDocuments(client, parked(cluster), systemClock)).toBe(1);
  });

  test('emits one metrics line a run, with the dimension Cluster alone', async () => {
    const { cluster, feed, invoke } = await pipe();
    await feed(events(3));
    const { lines } = await invoke();
    const emitted = lines.filter((line) => line.includes('"_aws"')).map((line) => JSON.parse(line));
    expect(emitted).toHaveLength(1);
    const [metrics] = emitted[0]._aws.CloudWatchMetrics;
    expect(metrics).toMatchObject({ Namespace: 'EksAuditForwarder', Dimensions: [['Cluster']] });
    expect(emitted[0]).toMatchObject({
      Cluster: cluster,
      RunsSucceeded: 1,
      RunsFailed: 0,
      LinesRead: 3,
      EventsIndexed: 3,
    });
    for (const { Name } of metrics.Metrics) expect(Object.keys(METRICS)).toContain(Name);
  });

  test('does not read the other streams of the group', async () => {
    const { cluster, aws, invoke } = await pipe();
    const now = Date.now();
    const others = ['kube-apiserver-0', 'authenticator-0', 'kube-scheduler-0', 'kube-controller-manager-0'];
    for (const stream of others)
      await aws.logs.put(`/aws/eks/${cluster}/cluster`, stream, [{ timestamp: now, message: 'x' }]);
    expect((await invoke()).totals).toMatchObject({ read: 0 });
  });

  test('takes the samples of a cluster’s life without a document refused', async () => {
    const { cluster, aws, invoke } = await pipe();
    const to = Date.now();
    let audit = 0;
    for (const { stream, timestamp, message } of sampleEvents({ from: to - 600_000, to })) {
      await aws.logs.put(`/aws/eks/${cluster}/cluster`, stream, [{ timestamp, message }]);
      if (stream.startsWith('kube-apiserver-audit-')) audit += 1;
    }
    const { totals } = await invoke();
    expect(totals).toMatchObject({ read: expect.any(Number), dropped: 0 });
    expect(await countDocuments(client, indices(cluster), systemClock)).toBe(totals?.indexed);
    expect((totals?.indexed ?? 0) + (totals?.parked ?? 0)).toBeGreaterThanOrEqual(audit);
    const refused = { query: { term: { 'parked.reason': 'refused by the mapping' } } };
    expect((await client.count({ index: parked(cluster), ...refused })).count).toBe(0);
  });
});

test('20,000 events of one second over 4 streams, in pages of 1 MB full of ties, all arrive, once', async () => {
  const { cluster, aws, feed, invoke } = await pipe();
  const second = Math.floor(Date.now() / 1000) * 1000 - 120_000;
  const all = events(20_000, 300);
  for (let part = 0; part < 4; part += 1) {
    await feed(all.slice(part * 5000, part * 5000 + 5000), second + part * 250, 4);
  }
  const { totals } = await invoke();
  expect(totals?.indexed).toBe(20_000);
  expect(await countDocuments(client, indices(cluster), systemClock)).toBe(20_000);
  expect(aws.logs.requests.FilterLogEvents ?? 0).toBeGreaterThan(12);
});

test('throttling and empty pages cost time, no lines', async () => {
  const { cluster, aws, feed, invoke } = await pipe();
  aws.logs.faults({ throttle: 2, emptyPages: 0.5 });
  await feed(events(3000, 1000), Date.now() - 90_000, 2);
  let caughtUp = false;
  for (let run = 0; run < 5 && !caughtUp; run += 1) {
    const { outcome } = await invoke();
    caughtUp = outcome.ok && (outcome.payload as { caughtUp: boolean }).caughtUp;
  }
  expect(caughtUp).toBe(true);
  expect(await countDocuments(client, indices(cluster), systemClock)).toBe(3000);
});
