import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { DEFAULT_INDEX } from '../../lambda/contract.ts';
import { floorMinute, isoTime, MINUTE } from '../../lambda/core/time.ts';
import { systemClock } from '../../lambda/edges/clock.ts';
import { DynamoCheckpoints } from '../../lambda/edges/dynamodb.ts';
import { SourceTable } from '../../lambda/edges/table.ts';
import { countDocuments } from '../../lib/elasticsearch/count.ts';
import { type Aws, sourceOf, startAws, TABLE } from '../../local/aws.ts';
import { random } from '../../local/random.ts';
import { event } from '../support/builders.ts';
import { preparedClient } from '../support/client.ts';
import { earlyInTheMinute, eventually, startCommand, startNode, totalsIn } from '../support/command.ts';
import { newFolder } from '../support/folder.ts';

const url = inject('elasticsearch')[9];
const client = preparedClient(url);
let count = 0;

async function aws(): Promise<Aws> {
  const started = await startAws();
  onTestFinished(() => started.close());
  return started;
}

/** A cluster's name that no other test has. */
function newCluster(): string {
  count += 1;
  return `run-${process.pid}-${count}`;
}

interface FileOptions {
  readonly cluster: string;
  /** Default: the cluster's own. */
  readonly indexName?: string;
  readonly policy?: string;
  readonly elasticsearch?: string;
  readonly table?: string;
  /** Default: that of our templates. */
  readonly index?: string;
}

/** A forwarder.yaml of its own; its path. */
function forwarder({
  cluster,
  indexName = cluster,
  policy = 'everything',
  elasticsearch = url,
  table = TABLE,
  index = DEFAULT_INDEX,
}: FileOptions) {
  const file = join(newFolder(), 'forwarder.yaml');
  const { group, region } = sourceOf(cluster);
  const text = [
    `table: ${table}`,
    `elasticsearch: { url: '${elasticsearch}', index: '${index}' }`,
    'clusters:',
    `  - name: ${cluster}`,
    `    indexName: ${indexName}`,
    `    policy: ${policy}`,
    '    startFrom: 2h',
    `    eksCloudwatchLog: { groupName: ${group}, region: ${region} }`,
  ];
  writeFileSync(file, text.join('\n'));
  return file;
}

const STREAM = 'kube-apiserver-audit-0123456789abcdef0123456789abcdef';

/** Feeds events, evenly over the time from `from` until now; the audit ids fed. */
async function feed({ logs }: Aws, cluster: string, name: string, number: number, from = Date.now(), pad = 0) {
  const ids = Array.from({ length: number }, (_, at) => `${name}-${at}`);
  const step = (Date.now() - from) / number;
  const put = ids.map((auditID, at) => ({
    timestamp: Math.floor(from + at * step),
    message: JSON.stringify(event({ auditID, requestObject: { pad: 'x'.repeat(pad) } })),
  }));
  await logs.put(sourceOf(cluster).group, STREAM, put);
  return ids;
}

async function documents(indexCluster: string) {
  const index = `logs-kubernetes.audit_logs-${indexCluster}-*`;
  await client.indices.refresh({ index });
  const { hits } = await client.search<{ kubernetes: { audit: { auditID: string } } }>({ index, size: 10_000 });
  return hits.hits.map(({ _id: id, _source }) => ({ id, auditID: _source?.kubernetes.audit.auditID }));
}

async function has(indexCluster: string, number: number): Promise<true | undefined> {
  const found = await countDocuments(client, `logs-kubernetes.audit_logs-${indexCluster}-*`, systemClock);
  return found === number ? true : undefined;
}

const idsOf = async (indexCluster: string) => (await documents(indexCluster)).map(({ id }) => id).toSorted();

describe('eks-audit run --once', () => {
  test('makes the documents and totals that try makes of the same events', { timeout: 180_000 }, async () => {
    const state = newFolder();
    const events = join(newFolder(), 'events.jsonl');
    const changes = Array.from({ length: 120 }, (_, at) => JSON.stringify(event({ auditID: `change-${at}` })));
    const reads = Array.from({ length: 30 }, (_, at) => JSON.stringify(event({ auditID: `read-${at}`, verb: 'get' })));
    writeFileSync(events, [...changes, ...reads, ...changes.slice(0, 5), 'no JSON', '{"cut off'].join('\n'));
    await earlyInTheMinute();
    const tried = await startCommand(['try', '--once', '--json', '--events', events, '--state', state], {
      ELASTICSEARCH_URL: url,
    }).ended;
    expect(tried).toMatchObject({ code: 0 });

    const { cluster } = JSON.parse(readFileSync(join(state, 'state.json'), 'utf8'));
    const emulator = startNode(['local/main.ts', '--port', '0', '--directory', join(state, 'cloudwatch-logs')]);
    onTestFinished(() => void emulator.child.kill());
    let printed = '';
    emulator.child.stdout?.on('data', (text: string) => {
      printed += text;
    });
    const endpoint = await eventually(() => /http:\S+/.exec(printed)?.[0]);
    const indexName = newCluster();
    const config = forwarder({ cluster, indexName, policy: 'network-policy' });
    await earlyInTheMinute();
    const ran = await startCommand(['run', '--once', '--json', '--config', config, '--state', newFolder()], {
      AWS_ACCESS_KEY_ID: 'stand-in',
      AWS_SECRET_ACCESS_KEY: 'stand-in',
      AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: endpoint,
    }).ended;
    expect(ran).toMatchObject({ code: 0 });
    expect(totalsIn(ran)).toEqual(totalsIn(tried));
    expect(totalsIn(ran)).toMatchObject({ read: 157, indexed: 120, dropped: 30, duplicate: 5, parked: 2 });
    expect(await idsOf(indexName)).toEqual(await idsOf(cluster));
  });

  test('loses nothing and doubles nothing over twenty kills at random points', { timeout: 400_000 }, async () => {
    const stand = await aws();
    const cluster = newCluster();
    const config = forwarder({ cluster });
    const args = ['run', '--json', '--config', config, '--state', newFolder()];
    const draw = random(20);
    const fed = await feed(stand, cluster, 'before', 2500, Date.now() - 50 * 60_000, 6000);
    for (let start = 0; start < 20; start += 1) {
      fed.push(...(await feed(stand, cluster, `start-${start}`, 150)));
      const before = stand.logs.requests.FilterLogEvents ?? 0;
      const running = startCommand([...args, '--every', '1'], stand.environment);
      // The first request only asks whether the group is there.
      const target = before + 2 + Math.floor(draw() * 6);
      await eventually(() => ((stand.logs.requests.FilterLogEvents ?? 0) >= target ? true : undefined));
      await sleep(draw() * 300);
      running.child.kill('SIGKILL');
      expect(await running.ended).toMatchObject({ signal: 'SIGKILL' });
    }
    const last = await startCommand([...args, '--once'], stand.environment).ended;
    expect(last).toMatchObject({ code: 0 });
    expect(totalsIn(last)).toMatchObject({ documents: fed.length });
    const found = (await documents(cluster)).map(({ auditID }) => auditID);
    expect(found.toSorted()).toEqual(fed.toSorted());
  });

  test('waits for a lease that another holds, and then reads', async () => {
    const stand = await aws();
    const cluster = newCluster();
    await earlyInTheMinute();
    await feed(stand, cluster, 'event', 3);
    const source = { ...sourceOf(cluster), account: '000000000000' };
    const credentials = { accessKeyId: 'stand-in', secretAccessKey: 'stand-in' };
    const config = { endpoint: stand.dynamodb.endpoint, region: 'eu-west-1', credentials };
    const store = new DynamoCheckpoints(new SourceTable(TABLE, source, config));
    const { kind } = await store.acquire('another machine', Date.now(), Date.now() + 60_000);
    expect(kind).toBe('acquired');
    const running = startCommand(['run', '--once', '--json', '--config', forwarder({ cluster })], stand.environment);
    await eventually(() => (running.said().includes('another machine') ? true : undefined));
    await store.release(1);
    const ended = await running.ended;
    expect(ended).toMatchObject({ code: 0 });
    expect(totalsIn(ended)).toMatchObject({ read: 3, indexed: 3, documents: 3 });
  });

  test('reads each line once where it is started twice', async () => {
    const stand = await aws();
    const cluster = newCluster();
    await earlyInTheMinute();
    await feed(stand, cluster, 'event', 40, Date.now() - 10 * 60_000);
    const args = ['run', '--once', '--json', '--config', forwarder({ cluster })];
    const first = totalsIn(await startCommand(args, stand.environment).ended);
    const second = totalsIn(await startCommand(args, stand.environment).ended);
    expect(first).toMatchObject({ read: 40, indexed: 40, documents: 40 });
    expect(second).toMatchObject({ indexed: 0, documents: 40 });
  });
});

describe('eks-audit run --dry-run', () => {
  test('prints the documents that a run would write, parked ones too, and writes nothing', async () => {
    const stand = await aws();
    const cluster = newCluster();
    await earlyInTheMinute();
    const fed = await feed(stand, cluster, 'event', 20);
    await stand.logs.put(sourceOf(cluster).group, STREAM, [{ timestamp: Date.now(), message: 'no JSON' }]);
    const config = forwarder({ cluster, elasticsearch: 'http://127.0.0.1:1', table: 'no-such-table' });
    const { code, stdout } = await startCommand(['run', '--once', '--dry-run', '--config', config], stand.environment)
      .ended;
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    const printed = lines.map((line) => JSON.parse(line));
    expect(printed.map(({ _source }) => _source.kubernetes?.audit.auditID ?? _source.parked.reason).toSorted()).toEqual(
      [...fed, 'not JSON'].toSorted(),
    );

    await earlyInTheMinute();
    const real = await startCommand(['run', '--once', '--json', '--config', forwarder({ cluster })], stand.environment)
      .ended;
    expect(totalsIn(real)).toMatchObject({ read: 21, indexed: 20, parked: 1, alreadyIndexed: 0 });
    const written = printed.filter(({ _index }) => _index.includes('audit_logs')).map(({ _id }) => _id);
    expect(written.toSorted()).toEqual(await idsOf(cluster));
  });

  test('ends its lines with the totals where these are asked for', async () => {
    const stand = await aws();
    const cluster = newCluster();
    await earlyInTheMinute();
    await feed(stand, cluster, 'event', 2);
    const args = ['run', '--once', '--dry-run', '--json', '--config', forwarder({ cluster })];
    const ended = await startCommand(args, stand.environment).ended;
    expect(ended.stdout.trimEnd().split('\n')).toHaveLength(3);
    expect(totalsIn(ended)).toMatchObject({ read: 2, indexed: 2, documents: 2 });
  });
});

describe('eks-audit run', () => {
  test('goes on with what comes, until it is interrupted', async () => {
    const stand = await aws();
    const cluster = newCluster();
    await feed(stand, cluster, 'first', 5);
    const args = ['run', '--every', '1', '--json', '--config', forwarder({ cluster })];
    const running = startCommand(args, stand.environment);
    await eventually(() => has(cluster, 5));
    await feed(stand, cluster, 'second', 7);
    await eventually(() => has(cluster, 12));
    running.child.kill('SIGINT');
    const ended = await running.ended;
    expect(ended).toMatchObject({ code: 0 });
    expect(totalsIn(ended)).toMatchObject({ indexed: 12, documents: 12 });
  });

  test("tells all that it can't reach at once, and ends with 2", async () => {
    const stand = await aws();
    const config = forwarder({ cluster: newCluster(), elasticsearch: 'http://127.0.0.1:1', table: 'no-such-table' });
    const { code, stdout, stderr } = await startCommand(['run', '--once', '--config', config], stand.environment).ended;
    expect(code).toBe(2);
    expect(stdout).toBe('');
    const paths = stderr.split('\n').filter((line) => line.startsWith(config));
    expect(paths).toHaveLength(3);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('begins nothing where Elasticsearch would map the documents by itself', async () => {
    const stand = await aws();
    const cluster = newCluster();
    await feed(stand, cluster, 'event', 1);
    const config = forwarder({ cluster, index: `unmapped-${process.pid}-{cluster}-{yyyy.MM.dd}` });
    const { code, stderr } = await startCommand(['run', '--once', '--config', config], stand.environment).ended;
    expect(code).toBe(2);
    expect(stderr).toMatch(/unmapped-.* would not get our mapping .*: run npx eks-audit elasticsearch setup\.$/m);
    expect((await client.cat.indices({ format: 'json' })).filter(({ index }) => index?.startsWith('unmapped'))).toEqual(
      [],
    );
  });

  test('needs no table for a state in a folder, which takes one process at a time', async () => {
    const stand = await aws();
    const cluster = newCluster();
    await feed(stand, cluster, 'event', 1);
    const state = newFolder();
    const args = ['run', '--config', forwarder({ cluster, table: 'no-such-table' }), '--state', state, '--every', '1'];
    const first = startCommand(args, stand.environment);
    await eventually(() => has(cluster, 1));
    const second = await startCommand(args, stand.environment).ended;
    expect(second).toMatchObject({ code: 2 });
    const account = await startCommand(['account', ...args.slice(1, -2)], stand.environment).ended;
    expect(account).toMatchObject({ code: 2, stderr: expect.stringContaining('another process uses it: end that') });
    first.child.kill('SIGINT');
    expect(await first.ended).toMatchObject({ code: 0 });
  });
});

test('what a run kept in a folder is accounted for, proved and read again from that folder', async () => {
  const stand = await aws();
  const cluster = newCluster();
  await earlyInTheMinute();
  const to = floorMinute(Date.now());
  const from = to - 10 * MINUTE;
  await feed(stand, cluster, 'event', 20, from);
  const range = ['--from', isoTime(from), '--to', isoTime(to)];
  const site = ['--config', forwarder({ cluster, table: 'no-such-table' }), '--state', newFolder(), '--json'];
  const told = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await startCommand([...args, ...site], stand.environment).ended;
    if (stdout === '') throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`);
    return { code, told: JSON.parse(stdout) };
  };
  const proved = { missingCount: 0, extraCount: 0, notVerifiable: [], changed: [] };
  expect(await told('run', '--once')).toMatchObject({ code: 0, told: { read: 20, indexed: 20 } });
  const before = await told('account', ...range, '--verify');
  expect(before).toMatchObject({ code: 0, told: { total: { gaps: [] }, verification: proved } });
  const lines = before.told.total.read;
  expect(lines).toBeGreaterThanOrEqual(18);

  const indices = await client.indices.get({ index: `logs-kubernetes.audit_logs-${cluster}-*` });
  await client.indices.delete({ index: Object.keys(indices) });
  const missing = await told('account', ...range, '--verify');
  expect(missing).toMatchObject({ code: 1, told: { verification: { missingCount: lines } } });
  const again = await told('backfill', ...range);
  expect(again).toMatchObject({ code: 0, told: { read: lines, indexed: lines, failure: null } });
  const after = await told('account', ...range, '--verify');
  expect(after).toMatchObject({ code: 0, told: { frontier: before.told.frontier, verification: proved } });
});
