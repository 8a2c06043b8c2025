import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudWatchLogsClient, DeleteLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, inject, test } from 'vitest';
import { DynamoMark } from '../../bin/operate/backfill/mark.ts';
import { DEFAULT_INDEX } from '../../lambda/contract.ts';
import { Confirmed } from '../../lambda/core/document/confirmed.ts';
import { isObject } from '../../lambda/core/json.ts';
import type { Policy } from '../../lambda/core/policy/policy.ts';
import { floorMinute, isoTime, MINUTE } from '../../lambda/core/time.ts';
import { systemClock } from '../../lambda/edges/clock.ts';
import { CloudWatchPages } from '../../lambda/edges/cloudwatch.ts';
import { DynamoCheckpoints } from '../../lambda/edges/dynamodb.ts';
import { ElasticsearchBulk } from '../../lambda/edges/elasticsearch.ts';
import { DynamoLedger } from '../../lambda/edges/ledger.ts';
import { SourceTable } from '../../lambda/edges/table.ts';
import type { Ports } from '../../lambda/ports.ts';
import { run } from '../../lambda/run.ts';
import { sourceOf, TABLE } from '../../local/aws.ts';
import { EVERYTHING, event, rule, settings } from '../support/builders.ts';
import { preparedClient } from '../support/client.ts';
import { type Ended, eventually, type Running, startCommand } from '../support/command.ts';
import { newFolder } from '../support/folder.ts';
import { standIn } from '../support/stand-in.ts';
import { type Pipe, startPipe } from './pipe.ts';

const urls = inject('elasticsearch');
const url = urls[9];
/** Over long enough to have come to both ages, and within what a first run reads. */
const FED_AT = floorMinute(Date.now()) - 5 * MINUTE;
const RANGE = ['--from', isoTime(FED_AT - MINUTE), '--to', isoTime(FED_AT + 3 * MINUTE)];
const clients = { 9: preparedClient(urls[9]), 8: preparedClient(urls[8]) };
const client = clients[9];

/** A cluster whose lines of some minutes ago were all read. */
async function readCluster(messages: readonly string[] = events(20), major: 9 | 8 = 9): Promise<Pipe> {
  const pipe = await startPipe({ elasticsearch: { url: urls[major] } });
  await pipe.feed(messages.slice(0, messages.length / 2), FED_AT);
  await pipe.feed(messages.slice(messages.length / 2), FED_AT + MINUTE);
  expect((await pipe.invoke()).outcome).toMatchObject({ ok: true, payload: { caughtUp: true } });
  return pipe;
}

function events(count: number): string[] {
  return Array.from({ length: count }, (_, at) => {
    const stageTimestamp = isoTime(FED_AT + at);
    return JSON.stringify(event({ auditID: `event-${at}`, stageTimestamp }));
  });
}

function awsOf({ aws }: Pipe) {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return { endpoint: aws.dynamodb.endpoint, region: 'eu-west-1', credentials };
}

const tableOf = (pipe: Pipe) => new SourceTable(TABLE, sourceOf(pipe.cluster), awsOf(pipe));

function command(pipe: Pipe, ...args: readonly string[]): Promise<Ended> {
  return commandWith(pipe, 'everything', args);
}

function commandWith(pipe: Pipe, policy: string, args: readonly string[]): Promise<Ended> {
  return start(pipe, policy, args).ended;
}

function start({ cluster, aws, elasticsearch }: Pipe, policy: string, args: readonly string[]): Running {
  const file = join(newFolder(), 'forwarder.yaml');
  const { group, region, account } = sourceOf(cluster);
  const text = [
    `table: ${TABLE}`,
    `elasticsearch: { url: '${elasticsearch.url}' }`,
    'clusters:',
    `  - name: ${cluster}`,
    `    policy: ${policy}`,
    '    completeness: { ages: [2m] }',
    `    eksCloudwatchLog: { groupName: ${group}, region: ${region} }`,
  ];
  writeFileSync(file, text.join('\n'));
  return startCommand([...args, '--config', file], { ...aws.environment, AWS_ACCOUNT_ID: account });
}

/** The verification of the last twenty minutes, and the exit code. */
async function verification(pipe: Pipe, ...flags: readonly string[]) {
  const { code, stdout, stderr } = await command(pipe, 'account', '--verify', '--since', '20m', '--json', ...flags);
  const parsed: unknown = stdout === '' ? undefined : JSON.parse(stdout);
  if (!isObject(parsed)) throw new Error(`Exit ${code} without an account: ${stderr}`);
  return { code, account: parsed, found: parsed.verification };
}

const indexOf = (cluster: string) =>
  `logs-kubernetes.audit_logs-${cluster}-${isoTime(FED_AT).slice(0, 10).replaceAll('-', '.')}`;
const parkedIn = (cluster: string) =>
  `logs-kubernetes.audit_parked-${cluster}-${isoTime(FED_AT).slice(0, 7).replace('-', '.')}.01`;
const nothing = { missingCount: 0, alteredCount: 0, extraCount: 0, awaited: 0, notVerifiable: [], changed: [] };

describe.each([9, 8] as const)('account --verify, with Elasticsearch %i,', (major) => {
  const client = clients[major];
  const read = (messages?: readonly string[]) => readCluster(messages, major);

  test('after a good run names nothing, also where an event stands in two lines and lines are parked', async () => {
    const pipe = await read([...events(20), 'no JSON', ...events(2), 'x'.repeat(300_000), 'no JSON']);
    const { code, account, found } = await verification(pipe);
    expect(account).toMatchObject({
      total: { read: 25, kept: 22, parked: 2, duplicates: 1, unaccounted: 0, gaps: [] },
    });
    expect(found).toMatchObject({ ...nothing, present: 22 });
    expect(code).toBe(0);
  });

  test('names a document that was deleted', async () => {
    const pipe = await read();
    const index = indexOf(pipe.cluster);
    await client.indices.refresh({ index });
    const { hits } = await client.search<object>({ index, size: 1 });
    const id = hits.hits[0]?._id ?? '';
    await client.delete({ index, id, refresh: true });
    const { code, found } = await verification(pipe);
    const named = {
      id,
      index,
      stream: expect.stringMatching(/^kube-apiserver-audit-/),
      eventId: expect.stringMatching(/^\d{56}$/),
    };
    expect(found).toMatchObject({ ...nothing, missingCount: 1, missing: [named], present: 19 });
    expect(code).toBe(1);
  });

  test('names a document that no line makes', async () => {
    const pipe = await read();
    const aws = { cloudwatch: { timestamp: isoTime(FED_AT + 7), log_stream: 'a-stream', event_id: 'an-id' } };
    await client.index({ index: indexOf(pipe.cluster), id: 'foreign', document: { aws }, refresh: true });
    const { code, found } = await verification(pipe);
    const extra = { id: 'foreign', time: isoTime(FED_AT + 7), stream: 'a-stream', eventId: 'an-id' };
    expect(found).toMatchObject({ ...nothing, extraCount: 1, extra: [extra], present: 20 });
    expect(code).toBe(1);
  });

  test('names what somebody altered, added or took away, by its fields; the ids alone tell nothing', async () => {
    const pipe = await read([...events(20), 'no JSON', 'x'.repeat(300_000)]);
    const index = indexOf(pipe.cluster);
    const parked = parkedIn(pipe.cluster);
    const [a, b, c, d, e] = await documentsIn(index);
    const [one, other] = (await documentsIn(parked)).filter(({ _id }) => !_id.includes('.'));
    await overwrite(index, a?._id, { ...a?._source, user: { name: 'forged' } });
    await overwrite(index, b?._id, { ...b?._source, event: { ...b?._source.event, original: '{}' } });
    await overwrite(index, c?._id, { ...c?._source, 'user.name': 'forged', x: [{ y: 1e300 }] });
    await overwrite(index, d?._id, { ...d?._source, message: undefined });
    await overwrite(index, e?._id, {});
    await overwrite(parked, one?._id, {
      ...one?._source,
      event: { ...one?._source.event, original: 'no JSON either' },
    });
    expect(other).toBeUndefined();
    const { code, found } = await verification(pipe);
    const altered = [
      [a, ['user.name']],
      [b, ['event.original']],
      [c, ['user.name', 'x']],
      [d, ['message']],
      [one, ['event.original']],
    ] as const;
    expect(found).toMatchObject({ ...nothing, alteredCount: 6, present: 16 });
    const named = altered.map(([each, fields]) => expect.objectContaining({ id: each?._id, fields }));
    const emptied = expect.objectContaining({ id: e?._id, fields: expect.arrayContaining(['kubernetes.audit.verb']) });
    expect(found).toMatchObject({ altered: expect.arrayContaining([...named, emptied]) });
    expect(JSON.stringify(found)).not.toContain('forged');
    expect(code).toBe(1);
    expect(await verification(pipe, '--ids-only')).toMatchObject({ code: 0, found: { ...nothing, present: 22 } });
  });

  test('what is altered is mended by deleting it and a backfill of the minutes that are named', async () => {
    const pipe = await read();
    const index = indexOf(pipe.cluster);
    const [first] = await documentsIn(index);
    await overwrite(index, first?._id, { ...first?._source, message: 'forged' });
    const { code, stdout } = await command(pipe, 'account', '--verify', '--since', '20m');
    expect(code).toBe(1);
    const [, flags = ''] = /\nnpx eks-audit backfill (--from \S+ --to \S+) --config /.exec(stdout) ?? [];
    expect(flags).not.toBe('');
    expect((await command(pipe, 'backfill', ...flags.split(' '))).code).toBe(0);
    expect(await verification(pipe)).toMatchObject({ code: 1, found: { alteredCount: 1 } });
    await client.delete({ index, id: first?._id ?? '' });
    expect((await command(pipe, 'backfill', ...flags.split(' '))).code).toBe(0);
    expect(await verification(pipe)).toMatchObject({ code: 0, found: { ...nothing, present: 20 } });
  });

  interface Found {
    readonly _id: string;
    readonly _source: { readonly [key: string]: unknown; readonly event?: object };
  }

  async function documentsIn(index: string): Promise<readonly Found[]> {
    await client.indices.refresh({ index });
    const { hits } = await client.search<Found['_source']>({ index, size: 100, sort: ['@timestamp'] });
    return hits.hits.map(({ _id = '', _source = {} }) => ({ _id, _source }));
  }

  /** As somebody does who may. */
  async function overwrite(index: string, id: string | undefined, document: object): Promise<void> {
    if (id === undefined) throw new Error(`${index} has too few documents.`);
    await client.index({ index, id, document, refresh: true });
  }

  test('leaves out the documents of a cluster whose name begins with this one’s, and those of minutes without a row', async () => {
    const pipe = await read();
    const document = (timestamp: number) => ({ aws: { cloudwatch: { timestamp: isoTime(timestamp) } } });
    const other = indexOf(`${pipe.cluster}-two`);
    await client.index({ index: other, id: 'another', document: document(FED_AT), refresh: true });
    await client.index({ index: indexOf(pipe.cluster), id: 'fresh', document: document(Date.now()), refresh: true });
    expect(await verification(pipe)).toMatchObject({ code: 0, found: nothing });
  });
});

test('account --verify of a group that was made anew says not verifiable, and calls nothing extra', async () => {
  const pipe = await readCluster();
  const logs = new CloudWatchLogsClient(standIn(pipe.aws.logs.endpoint));
  await logs.send(new DeleteLogGroupCommand({ logGroupName: sourceOf(pipe.cluster).group }));
  logs.destroy();
  await pipe.feed(events(3), FED_AT);
  const { code, found } = await verification(pipe);
  const why = expect.stringMatching(/^the ledger says 10 lines, CloudWatch Logs has [03] of them/);
  expect(found).toMatchObject({ ...nothing, notVerifiable: [{ why }, { why }], present: 3 });
  expect(code).toBe(0);
});

test('a policy that changed between two minutes judges the later one alone, also when it is read again', async () => {
  const pipe = await startPipe({ elasticsearch: { url } });
  await pipe.feed(events(10), FED_AT);
  await pipe.feed(events(30).slice(10), FED_AT + 2 * MINUTE);
  const dropping: Policy = { ...EVERYTHING, rules: [rule({ level: 'None' })] };
  await runAt(pipe, EVERYTHING, FED_AT + MINUTE + 1);
  await runAt(pipe, dropping, FED_AT + 5 * MINUTE);
  expect(await verification(pipe)).toMatchObject({ code: 0, found: { ...nothing, present: 10 } });
  await client.indices.delete({ index: indexOf(pipe.cluster) });
  expect(await verification(pipe)).toMatchObject({ code: 1, found: { missingCount: 10, present: 0 } });
  const { code, stdout } = await command(pipe, 'backfill', ...RANGE, '--json');
  expect({ code, totals: JSON.parse(stdout) }).toMatchObject({ code: 0, totals: { indexed: 10, dropped: 20 } });
  expect(await verification(pipe)).toMatchObject({ code: 0, found: { ...nothing, present: 10 } });
});

/** A run on the real parts at another time than now. */
async function runAt(pipe: Pipe, policy: Policy, time: number): Promise<void> {
  const source = sourceOf(pipe.cluster);
  const table = tableOf(pipe);
  const store = new DynamoCheckpoints(table);
  const elasticsearch = { url, secret: null, ca: null, index: DEFAULT_INDEX, profiles: ['ecs'] } as const;
  const made: Ports = {
    source: new CloudWatchPages(source, { ...awsOf(pipe), endpoint: pipe.aws.logs.endpoint }),
    sink: new ElasticsearchBulk(elasticsearch, async () => undefined),
    // The table tells its own time, which is not this run's.
    store: {
      acquire: async (...args) => ({ ...(await store.acquire(...args)), serverTime: undefined }),
      save: (...args) => store.save(...args),
      release: (fence) => store.release(fence),
    },
    ledger: new DynamoLedger(table),
    meter: { emit: () => {} },
    clock: { ...systemClock, now: () => time },
    memory: { indices: new Set(), confirmed: new Confirmed() },
  };
  const of = settings({
    cluster: pipe.cluster,
    indexCluster: pipe.cluster,
    source,
    policy,
    elasticsearch,
    requestsPerSecond: 1000,
  });
  const { tally, caughtUp } = await run(of, made, { id: 'a run', deadline: time + 55_000 });
  expect({ ended: tally.ended, caughtUp }).toEqual({ ended: 'succeeded', caughtUp: true });
}

test('account --verify ended by Ctrl-C says how far it came, and how to go on', async () => {
  const pipe = await readCluster();
  pipe.aws.logs.faults({ slow: { from: 3000, to: 3000 } });
  const running = start(pipe, 'everything', ['account', '--verify', '--since', '20m']);
  await eventually(() => (/Comparing /.test(running.said()) ? true : undefined));
  running.child.kill('SIGINT');
  const { code, stdout } = await running.ended;
  expect(stdout.replaceAll('\n', ' ')).toMatch(
    /Interrupted: only minutes before \S+ were compared\. Go on with: npx eks-audit account --verify --from \S+ --to \S+ --config /,
  );
  expect(code).toBe(1);
});

describe('backfill', () => {
  test('after the indices were deleted makes the verification silent again', async () => {
    const pipe = await readCluster([...events(20), 'no JSON', 'x'.repeat(300_000)]);
    await client.indices.delete({ index: [indexOf(pipe.cluster), parkedIn(pipe.cluster)] });
    expect(await verification(pipe)).toMatchObject({ code: 1, found: { missingCount: 22, present: 0 } });
    const { code, stdout } = await command(pipe, 'backfill', ...RANGE, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ read: 22, indexed: 20, parked: 2, unaccounted: 0, failure: null });
    expect(code).toBe(0);
    expect(await verification(pipe)).toMatchObject({ code: 0, found: { ...nothing, present: 22 } });
    expect((await pipe.invoke()).totals).toMatchObject({ indexed: 0 });
  });

  test('leaves the cursors where they are and gives its mark back, which a run sees and another backfill respects', async () => {
    const pipe = await readCluster();
    const before = await pipe.frontier();
    expect((await command(pipe, 'backfill', ...RANGE)).code).toBe(0);
    expect(await pipe.frontier()).toBe(before);
    const mark = new DynamoMark(tableOf(pipe));
    const until = Date.now() + MINUTE;
    expect(await mark.take('me', Date.now(), until)).toMatchObject({ kind: 'taken', left: undefined });
    const refused = await command(pipe, 'backfill', ...RANGE);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('Another backfill of') });
    const store = new DynamoCheckpoints(tableOf(pipe));
    const lease = await store.acquire('a run', Date.now(), Date.now() + 1000);
    expect(lease).toMatchObject({ kind: 'acquired', backfillUntil: until });
  });

  test('by another policy says what it can’t change, and the verification shows it', async () => {
    const pipe = await readCluster();
    const policy = join(newFolder(), 'policy.yaml');
    writeFileSync(policy, 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n  - level: None\n');
    const args = ['backfill', ...RANGE, '--policy', 'current'];
    const { code, stdout } = await commandWith(pipe, policy, args);
    expect(stdout).toContain('20 dropped');
    expect(stdout).toContain('is not deleted');
    expect(code).toBe(0);
    expect(await verification(pipe)).toMatchObject({ code: 1, found: { missingCount: 0, extraCount: 20 } });
  });

  test('ended by Ctrl-C says how to go on, and goes on where it stopped', async () => {
    const pipe = await readCluster();
    pipe.aws.logs.faults({ slow: { from: 400, to: 400 } });
    const args = ['backfill', '--from', isoTime(FED_AT - 60 * MINUTE), '--to', isoTime(FED_AT + 3 * MINUTE)];
    const running = start(pipe, 'everything', args);
    await eventually(() => (/· [1-9]\d* of 63 minutes/.test(running.said()) ? true : undefined));
    running.child.kill('SIGINT');
    const { code, stderr } = await running.ended;
    expect(stderr).toMatch(/It goes on where it stopped with: npx eks-audit backfill --from /);
    expect(code).toBe(1);
    pipe.aws.logs.faults({ slow: null });
    const again = await command(pipe, ...args, '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ resumedAt: expect.stringMatching(/^2/), failure: null });
    expect(again.code).toBe(0);
  });

  test('refuses minutes that are not over, and a policy that it can’t judge by', async () => {
    const pipe = await readCluster();
    const future = isoTime(Date.now() + 5 * MINUTE);
    const { code, stderr } = await command(pipe, 'backfill', '--from', '1h', '--to', future, '--policy', 'old');
    expect(code).toBe(2);
    expect(stderr).toMatch(/--to: Minutes are read when they are over/);
    expect(stderr).toMatch(/--policy: Expected current/);
  });
});
