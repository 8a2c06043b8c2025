import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { CUT_MARK } from '../../lambda/core/document/decode.ts';
import { textAt } from '../../lambda/core/json.ts';
import type { CloudWatchLine } from '../../lambda/core/line.ts';
import { floorMinute, isoTime, MINUTE } from '../../lambda/core/time.ts';
import { systemClock } from '../../lambda/edges/clock.ts';
import { countDocuments } from '../../lib/elasticsearch/count.ts';
import { sourceOf, startAws, TABLE } from '../../local/aws.ts';
import { startMinistack } from '../../local/ministack.ts';
import { random } from '../../local/random.ts';
import { ARCHIVES } from '../bin/operate/intake/archives.ts';
import { event, line } from '../support/builders.ts';
import { cli, NOWHERE } from '../support/cli.ts';
import { preparedClient } from '../support/client.ts';
import { earlyInTheMinute, eventually, PROGRAM, startCommand, totalsIn } from '../support/command.ts';
import { newFolder } from '../support/folder.ts';
import { chapter, codeBlocks, textOf } from '../support/markdown.ts';
import { standIn } from '../support/stand-in.ts';
import { type Pipe, startPipe } from './pipe.ts';

const url = inject('elasticsearch')[9];
const client = preparedClient(url);
const ACCOUNT = sourceOf('any').account;
const STREAM = 'kube-apiserver-audit-00000000000000000000000000000000';
const CLOUDWATCHS = Object.entries(ARCHIVES).filter(([name]) => /export|firehose|filter/.test(name));
const OTHERS = Object.entries(ARCHIVES).filter(([name]) => !/export|firehose|filter/.test(name));

let count = 0;

function newCluster(): string {
  count += 1;
  return `import-${process.pid}-${count}`;
}

function forwarder(cluster: string, { name = cluster, policy = 'everything', folder = newFolder() } = {}): string {
  const { group, region } = sourceOf(cluster);
  const file = join(folder, 'forwarder.yaml');
  const log = `{ groupName: ${group}, region: ${region} }`;
  const entry = `{ name: ${name}, policy: ${policy}, eksCloudwatchLog: ${log} }`;
  writeFileSync(file, `table: ${TABLE}\nelasticsearch: { url: '${url}' }\nclusters: [${entry}]\n`);
  return file;
}

function written(name: string, bytes: Buffer | string, folder = newFolder()): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

/** Events of one time, as CloudWatch Logs has them: their own times are before it, and one is days behind. */
function fedLines(timestamp: number, messages: readonly string[]): readonly CloudWatchLine[] {
  return messages.map((message, at) => line({ message, timestamp, stream: STREAM, eventId: `${10 ** 9 + at}` }));
}

function eventsAt(timestamp: number, number: number, more: object = {}): readonly string[] {
  const stageTimestamp = isoTime(timestamp - 1500).replace('Z', '000Z');
  return Array.from({ length: number }, (_, at) =>
    JSON.stringify(event({ auditID: `id-${at}`, stageTimestamp, ...more })),
  );
}

async function imported(paths: readonly string[], config: string, env = {}, ...flags: readonly string[]) {
  const args = ['import', ...paths, '--config', config, '--state', newFolder(), '--json', ...flags];
  const ended = await cli(args, env);
  if (ended.stdout === '') throw new Error(`import ended with ${ended.code}: ${ended.stderr}`);
  return { code: ended.code, told: totalsIn(ended) };
}

async function documentsOf(cluster: string) {
  const index = `logs-kubernetes.audit_*-${cluster}-*`;
  await client.indices.refresh({ index });
  const { hits } = await client.search<Record<string, unknown>>({ index, size: 1000 });
  return hits.hits;
}

const environmentOf = ({ aws }: Pick<Pipe, 'aws'>) => ({ ...aws.environment, AWS_ACCOUNT_ID: ACCOUNT });

describe('the same lines from CloudWatch Logs and from archives of each kind', () => {
  async function situation() {
    const pipe = await startPipe({ elasticsearch: { url } });
    await earlyInTheMinute();
    const timestamp = floorMinute(Date.now()) - 5 * MINUTE + 2000;
    const whole = eventsAt(timestamp, 20);
    const clock = JSON.stringify(
      event({ auditID: 'clock', stageTimestamp: isoTime(timestamp + 3 * 24 * 60 * MINUTE) }),
    );
    const odd = [clock, `${whole[0]?.slice(0, 400)}${CUT_MARK}`, 'no JSON'];
    const write = (archives: typeof CLOUDWATCHS, messages: readonly string[]) =>
      archives.map(([name, archive]) => written(name, archive(fedLines(timestamp, messages))));
    const paths = [...write(CLOUDWATCHS, [...whole, ...odd]), ...write(OTHERS, whole)];
    const feed = () => pipe.feed([...whole, ...odd], timestamp);
    return { pipe, paths, feed, config: forwarder(pipe.cluster), timestamp };
  }

  test('are one document each, where the function came first', async () => {
    const { pipe, paths, feed, config } = await situation();
    await feed();
    expect(await pipe.invoke()).toMatchObject({ totals: { indexed: 22, parked: 1 } });
    const before = (await documentsOf(pipe.cluster)).map(({ _id, _source }) => [_id, _source]);
    const { code, told } = await imported(paths, config, environmentOf(pipe));
    expect(code).toBe(0);
    expect(told).toMatchObject({ read: 129, indexed: 0, alreadyIndexed: 126, parked: 3, duplicate: 0, dropped: 0 });
    expect((await documentsOf(pipe.cluster)).map(({ _id, _source }) => [_id, _source])).toEqual(before);
  });

  test('are one document each, where the archives came first, and the function’s proof holds', async () => {
    const { pipe, paths, feed, config, timestamp } = await situation();
    const { told } = await imported(paths.toReversed(), config, environmentOf(pipe), '--verify');
    expect(told).toMatchObject({ read: 129, indexed: 22, alreadyIndexed: 104, parked: 3 });
    expect(told).toMatchObject({ verified: { asked: 129, lacking: 0, missing: [] } });
    await feed();
    expect(await pipe.invoke()).toMatchObject({ totals: { indexed: 0, alreadyIndexed: 22, parked: 1 } });
    expect(await documentsOf(pipe.cluster)).toHaveLength(23);
    const range = ['--from', isoTime(floorMinute(timestamp)), '--to', isoTime(floorMinute(timestamp) + MINUTE)];
    const account = await cli(['account', '--verify', ...range, '--config', config, '--json'], environmentOf(pipe));
    const { verification } = JSON.parse(account.stdout);
    expect(verification).toMatchObject({ missingCount: 0, extraCount: 0, alteredCount: 0, notVerifiable: [] });
    expect(account.code).toBe(0);
  });
});

test('events of a minute that the table knows go by its policy and its names', async () => {
  const pipe = await startPipe({ elasticsearch: { url } });
  await earlyInTheMinute();
  const timestamp = floorMinute(Date.now()) - 5 * MINUTE + 2000;
  const messages = eventsAt(timestamp, 5);
  await pipe.feed(messages, timestamp);
  await pipe.invoke();
  const renamed = forwarder(pipe.cluster, { name: newCluster(), policy: 'cnx' });
  const unknown = eventsAt(timestamp - 24 * 60 * MINUTE, 3);
  const path = written('kube-audit.log', [...messages, ...unknown].join('\n'));
  const { told } = await imported([path], renamed, environmentOf(pipe), '--as', 'of-old', '--policy', 'everything');
  expect(told).toMatchObject({ read: 8, indexed: 3, alreadyIndexed: 5, as: { [pipe.cluster]: 5, 'of-old': 3 } });
  const [document] = await documentsOf('of-old');
  expect(document?._source).toMatchObject({ log: { file: { path } }, orchestrator: { cluster: { name: 'of-old' } } });
  expect(document?._source).not.toHaveProperty('cloud');
});

test('an import without AWS needs Elasticsearch alone, and says by what it goes', async () => {
  const cluster = newCluster();
  const path = written('kube-audit.log', eventsAt(Date.now(), 3).join('\n'));
  const { code, stderr, stdout } = await cli(['import', path, '--config', forwarder(cluster), '--state', newFolder()]);
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/kube-audit\.log *│ +3 │ +3 │/) });
  expect(stderr).toContain(`By today's policy and names: Nobody is signed in to AWS.`);
  const [document] = await documentsOf(cluster);
  expect(document?._source).toMatchObject({ cloud: { provider: 'aws', region: sourceOf(cluster).region } });
});

describe('an import that is ended', () => {
  const MANY = 12_000;

  test('at random points by SIGKILL makes each document once, and then says so', { timeout: 240_000 }, async () => {
    const cluster = newCluster();
    const path = written('kube-audit.log', eventsAt(Date.now(), MANY, { userAgent: 'x'.repeat(500) }).join('\n'));
    const state = newFolder();
    const args = ['import', path, '--config', forwarder(cluster), '--state', state, '--json'];
    const draw = random(16);
    for (let kills = 0; kills < 4; kills += 1) {
      const before = positionIn(state);
      const running = startCommand(args);
      await eventually(() => (positionIn(state) === before ? undefined : true));
      await sleep(draw() * 200);
      running.child.kill('SIGKILL');
      expect(await running.ended).toMatchObject({ signal: 'SIGKILL' });
    }
    const last = await startCommand(args).ended;
    expect(last.code).toBe(0);
    expect(totalsIn(last)).toMatchObject({ read: MANY, unaccounted: 0, isRead: true });
    expect(await countDocuments(client, `logs-kubernetes.audit_logs-${cluster}-*`, systemClock)).toBe(MANY);
  });

  test('by SIGINT tells what it did and goes on with the same command', async () => {
    const cluster = newCluster();
    const path = written('kube-audit.log', eventsAt(Date.now(), MANY).join('\n'));
    const args = ['import', path, '--config', forwarder(cluster)];
    const state = newFolder();
    const running = startCommand([...args, '--state', state]);
    await eventually(() => (positionIn(state) === '' ? undefined : true));
    running.child.kill('SIGINT');
    const ended = await running.ended;
    expect(ended).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('The same command goes on where this one stopped.'),
    });
    const again = await startCommand([...args, '--state', state, '--json']).ended;
    expect(totalsIn(again)).toMatchObject({ read: MANY, isRead: true });
    expect(await countDocuments(client, `logs-kubernetes.audit_logs-${cluster}-*`, systemClock)).toBe(MANY);
  });
});

test('an import of standard input ends at Ctrl-C, though nobody closes it', async () => {
  const args = ['import', '-', '--config', forwarder(newCluster()), '--state', newFolder(), '--json'];
  const running = startCommand(args);
  running.child.stdin?.write(`${eventsAt(Date.now(), 1)[0]}\n`.repeat(100));
  await eventually(() => (running.said().includes("By today's policy") ? true : undefined));
  running.child.kill('SIGINT');
  const ended = await running.ended;
  expect(ended.code).toBe(1);
  expect(totalsIn(ended)).toMatchObject({ isRead: false, stopped: 'Interrupted.' });
});

test('objects of S3 are imported as they lie there', async () => {
  const ministack = await startMinistack({ account: ACCOUNT, region: sourceOf('any').region });
  onTestFinished(() => ministack.stop());
  const credentials = { accessKeyId: 'stand-in', secretAccessKey: 'stand-in' };
  const [cluster, Bucket] = [newCluster(), 'archive'];
  const s3 = new S3Client({ ...standIn(ministack.url), credentials, forcePathStyle: true });
  onTestFinished(() => s3.destroy());
  await s3.send(new CreateBucketCommand({ Bucket }));
  const timestamp = Date.now() - 60 * MINUTE;
  for (const [name, archive] of Object.entries(ARCHIVES)) {
    const Body = archive(fedLines(timestamp, eventsAt(timestamp, 30)));
    await s3.send(new PutObjectCommand({ Bucket, Key: `year/${name}`, Body }));
  }
  await s3.send(new PutObjectCommand({ Bucket, Key: 'other/notes.txt', Body: 'hello' }));
  const keys = { AWS_ACCESS_KEY_ID: 'stand-in', AWS_SECRET_ACCESS_KEY: 'stand-in' };
  const { code, told } = await imported([`s3://${Bucket}/year/`], forwarder(cluster), {
    ...ministack.environment,
    ...keys,
  });
  expect(code).toBe(0);
  expect(told).toMatchObject({ read: 180, indexed: 30, alreadyIndexed: 150, parked: 0 });
  const paths = (await documentsOf(cluster)).map(({ _source }) => textAt(_source, 'log', 'file', 'path'));
  const [first] = Object.keys(ARCHIVES).filter((name) => name.startsWith('export/'));
  expect(new Set(paths)).toEqual(new Set([`s3://${Bucket}/year/${first}`]));
});

test('what is none of an audit log is told at once, before anything is sent', async () => {
  const cluster = newCluster();
  const folder = newFolder();
  for (const [name, text] of Object.entries({ 'a.txt': 'hello', 'b.json': '[1]', 'c.log': eventsAt(0, 1).join('') }))
    written(name, text, folder);
  const flags = ['--verify', '--until', 'x', '--config', forwarder(cluster)];
  const running = startCommand(['import', folder, '/none', '-', ...flags]);
  running.child.stdin?.end(eventsAt(0, 1).join(''));
  const { code, stderr } = await running.ended;
  expect(code).toBe(2);
  for (const said of [
    'a.txt: Expected an audit log',
    'b.json: Expected',
    '/none: There is no',
    '--until: Expected a time',
    '--verify: It reads everything twice, and - can be read but once',
  ])
    expect(stderr).toContain(said);
  expect(await countDocuments(client, `logs-kubernetes.audit_logs-${cluster}-*`, systemClock)).toBe(0);
});

test('an import that Elasticsearch stops ends with 1, and the same command brings what is missing', async () => {
  const cluster = newCluster();
  const path = written('kube-audit.log', eventsAt(Date.now(), 3).join('\n'));
  const args = ['import', path, '--config', forwarder(cluster), '--state', newFolder(), '--json'];
  await cli(args);
  const [first] = await documentsOf(cluster);
  const { _index: index = '', _id: id = '' } = first ?? {};
  await client.delete({ index, id, refresh: true });
  await client.indices.putSettings({ index, settings: { 'index.blocks.write': true } });
  const stopped = await cli(args);
  expect(stopped.code).toBe(1);
  expect(totalsIn(stopped)).toMatchObject({ isRead: false, stopped: expect.stringContaining('block') });
  await client.indices.putSettings({ index, settings: { 'index.blocks.write': false } });
  const mended = await cli([...args, '--verify']);
  expect(mended.code).toBe(0);
  expect(totalsIn(mended)).toMatchObject({ indexed: 1, alreadyIndexed: 2, verified: { asked: 3, lacking: 0 } });
});

test('a line of a gigabyte takes no memory, and the event behind it goes on', { timeout: 180_000 }, async () => {
  const config = forwarder(newCluster());
  const child = spawn(process.execPath, [PROGRAM, 'import', '-', '--config', config, '--dry-run', '--json'], {
    env: { ...process.env, AWS_ACCESS_KEY_ID: '', AWS_EC2_METADATA_DISABLED: 'true', ELASTICSEARCH_URL: NOWHERE },
  });
  onTestFinished(() => void child.kill());
  let stdout = '';
  let peak = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    peak = Math.max(peak, peakOf(child.pid));
  });
  child.stderr.resume();
  const closed = once(child, 'close');
  const piece = Buffer.alloc(1024 * 1024, 'x');
  const [first = ''] = eventsAt(Date.now(), 1);
  child.stdin.write(`${first}\n`);
  for (let megabytes = 0; megabytes < 1024; megabytes += 1) {
    if (!child.stdin.write(piece)) await once(child.stdin, 'drain');
    if (megabytes % 64 === 0) peak = Math.max(peak, peakOf(child.pid));
  }
  child.stdin.end(`\n${first.replace('id-0', 'id-1')}\n`);
  expect(await closed).toEqual([0, null]);
  expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ read: 3, indexed: 2, parked: 1 });
  expect(peak).toBeGreaterThan(0);
  expect(peak).toBeLessThan(400_000);
});

/** What a state says of how far its import is. */
function positionIn(state: string): string {
  const [file] = globSync(join(state, 'import', '*', '*.json'));
  return file === undefined ? '' : readFileSync(file, 'utf8');
}

/** kB that a process had at most. */
function peakOf(pid: number | undefined): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

test('the commands of “From S3 to an answer” lead to the answer, word by word', { timeout: 180_000 }, async () => {
  const aws = await startAws();
  onTestFinished(() => aws.close());
  const [cluster, folder] = [newCluster(), newFolder()];
  forwarder(cluster, { folder, policy: 'network-policy' });
  const timestamp = Date.now() - 40 * 24 * 60 * MINUTE;
  for (const [name, archive] of CLOUDWATCHS)
    written(join('export', name), archive(fedLines(timestamp, eventsAt(timestamp, 4))), folder);
  const shims = newFolder();
  // In a checkout npx runs the package's own command.
  const npx = written('npx', `#!/bin/sh\nshift\nexec ${process.execPath} ${PROGRAM} "$@"\n`, shims);
  chmodSync(npx, 0o755);
  const text = chapter(textOf('docs/archives.md'), 'From S3 to an answer') ?? '';
  const commands = codeBlocks(text).flatMap(({ language, code }) => (language === 'sh' ? code.trim().split('\n') : []));
  expect(commands.length).toBeGreaterThan(3);
  const said: string[] = [];
  for (const command of commands) {
    const environment = { ...process.env, ...aws.environment, PATH: `${shims}:${process.env.PATH}` };
    const child = spawn('bash', ['-c', command], { cwd: folder, env: environment });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (output += bytes));
    const [code] = await once(child, 'close');
    expect({ command, code, output }).toMatchObject({ command, code: 0 });
    said.push(output);
    await client.indices.refresh({ index: `logs-*-${cluster}-*` });
  }
  expect(readFileSync(join(folder, 'documents.json'), 'utf8').trim().split('\n')).toHaveLength(4);
  expect(said.join('\n')).toContain('Asked for 12 documents: all are there.');
  expect(said.at(-1)).toContain('shop/allow-web');
});
