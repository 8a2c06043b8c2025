import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchLogsClient, DeleteLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { Client } from '@elastic/elasticsearch';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { installTemplates } from '../../bin/operate/elasticsearch.ts';
import { DEFAULT_INDEX } from '../../lambda/contract.ts';
import { isObject } from '../../lambda/core/json.ts';
import { floorMinute, isoTime, MINUTE } from '../../lambda/core/time.ts';
import { elasticsearchClient } from '../../lambda/edges/elasticsearch.ts';
import { sourceOf, TABLE } from '../../local/aws.ts';
import { event } from '../builders.ts';
import { type Ended, startCommand } from './command.ts';
import { type Pipe, startPipe } from './pipe.ts';

const url = inject('elasticsearch')[9];
const closing: (() => unknown)[] = [];
let client: Client;

beforeAll(async () => {
  client = elasticsearchClient({ url, secret: null, ca: null, index: DEFAULT_INDEX }, undefined);
  await installTemplates(client);
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(() => client.close());

/** A cluster whose lines of some minutes ago were all read. */
async function readCluster(messages: readonly string[] = events(20)): Promise<Pipe> {
  const pipe = await startPipe({ elasticsearch: { url } });
  closing.push(() => pipe.close());
  await pipe.feed(messages.slice(0, messages.length / 2), fedAt());
  await pipe.feed(messages.slice(messages.length / 2), fedAt() + MINUTE);
  expect((await pipe.invoke()).outcome).toMatchObject({ ok: true, payload: { caughtUp: true } });
  return pipe;
}

function fedAt(): number {
  return floorMinute(Date.now()) - 5 * MINUTE;
}

function events(count: number): string[] {
  return Array.from({ length: count }, (_, at) => {
    const stageTimestamp = isoTime(fedAt() + at);
    return JSON.stringify(event({ auditID: `event-${at}`, stageTimestamp }));
  });
}

function command({ cluster, aws }: Pipe, ...args: readonly string[]): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'account-test-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'forwarder.yaml');
  const { group, region, account } = sourceOf(cluster);
  const text = [
    `table: ${TABLE}`,
    `elasticsearch: { url: '${url}' }`,
    'clusters:',
    `  - name: ${cluster}`,
    '    policy: everything',
    '    completeness: { ages: [2m] }',
    `    eksCloudwatchLog: { groupName: ${group}, region: ${region} }`,
  ];
  writeFileSync(file, text.join('\n'));
  return startCommand([...args, '--config', file], { ...aws.environment, AWS_ACCOUNT_ID: account }).ended;
}

/** The verification of the last twenty minutes, and the exit code. */
async function verification(pipe: Pipe) {
  const { code, stdout, stderr } = await command(pipe, 'account', '--verify', '--since', '20m', '--json');
  const parsed: unknown = stdout === '' ? undefined : JSON.parse(stdout);
  if (!isObject(parsed)) throw new Error(`Exit ${code} without an account: ${stderr}`);
  return { code, account: parsed, found: parsed.verification };
}

const indexOf = (cluster: string) =>
  `logs-kubernetes.audit_logs-${cluster}-${isoTime(fedAt()).slice(0, 10).replaceAll('-', '.')}`;
const nothing = { missingCount: 0, extraCount: 0, awaited: 0, notVerifiable: [], changed: [] };

describe('account --verify', () => {
  test('after a good run names nothing, also where an event stands in two lines and lines are parked', async () => {
    const pipe = await readCluster([...events(20), 'no JSON', ...events(2), 'x'.repeat(300_000), 'no JSON']);
    const { code, account, found } = await verification(pipe);
    expect(account).toMatchObject({
      total: { read: 25, kept: 22, parked: 2, duplicates: 1, unaccounted: 0, gaps: [] },
    });
    expect(found).toMatchObject({ ...nothing, present: 22 });
    expect(code).toBe(0);
  });

  test('names a document that was deleted', async () => {
    const pipe = await readCluster();
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
    const pipe = await readCluster();
    const aws = { cloudwatch: { timestamp: isoTime(fedAt() + 7), log_stream: 'a-stream', event_id: 'an-id' } };
    await client.index({ index: indexOf(pipe.cluster), id: 'foreign', document: { aws }, refresh: true });
    const { code, found } = await verification(pipe);
    const extra = { id: 'foreign', time: isoTime(fedAt() + 7), stream: 'a-stream', eventId: 'an-id' };
    expect(found).toMatchObject({ ...nothing, extraCount: 1, extra: [extra], present: 20 });
    expect(code).toBe(1);
  });

  test('leaves out the documents of a cluster whose name begins with this one’s, and those of minutes without a row', async () => {
    const pipe = await readCluster();
    const document = (timestamp: number) => ({ aws: { cloudwatch: { timestamp: isoTime(timestamp) } } });
    const other = indexOf(`${pipe.cluster}-two`);
    await client.index({ index: other, id: 'another', document: document(fedAt()), refresh: true });
    await client.index({ index: indexOf(pipe.cluster), id: 'fresh', document: document(Date.now()), refresh: true });
    expect(await verification(pipe)).toMatchObject({ code: 0, found: nothing });
  });

  test('of a group that was made anew says not verifiable, and calls nothing extra', async () => {
    const pipe = await readCluster();
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const logs = new CloudWatchLogsClient({ endpoint: pipe.aws.logs.endpoint, region: 'eu-west-1', credentials });
    await logs.send(new DeleteLogGroupCommand({ logGroupName: sourceOf(pipe.cluster).group }));
    logs.destroy();
    await pipe.feed(events(3), fedAt());
    const { code, found } = await verification(pipe);
    const why = expect.stringMatching(/^the ledger says 10 lines, CloudWatch Logs has [03] of them/);
    expect(found).toMatchObject({ ...nothing, notVerifiable: [{ why }, { why }], present: 3 });
    expect(code).toBe(0);
  });
});
