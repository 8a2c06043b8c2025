import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { at, parseJson, textAt } from '../../../lambda/core/json.ts';
import { cli } from '../../support/cli.ts';
import { eventually, type Running, startCommand } from '../../support/command.ts';
import { type RememberingElasticsearch, startRemembering } from '../../support/fakes/remembering.ts';
import { newFolder } from '../../support/folder.ts';
import { auditLine, KubeAuditLog } from '../../support/kube-audit.ts';

let es: RememberingElasticsearch;

beforeAll(async () => {
  es = await startRemembering();
});
afterAll(() => es.close());

/** A machine with a log and a forwarder.yaml of its cluster. */
function site(cluster: string) {
  const folder = newFolder();
  mkdirSync(join(folder, 'log'));
  const path = join(folder, 'log', 'kube-audit.log');
  const state = join(folder, 'state');
  const config = join(folder, 'forwarder.yaml');
  writeFileSync(
    config,
    `clusters:\n  - { name: ${cluster}, kubeAudit: { path: ${path} } }\nelasticsearch: { url: "${es.url}" }\n`,
  );
  const start = (...more: readonly string[]) => startCommand(['follow', '--config', config, '--state', state, ...more]);
  return { path, state, config, start };
}

const begun = (running: Running) => eventually(() => (running.said().includes('Following') ? true : undefined));

function indexed(cluster: string): readonly (string | undefined)[] {
  return [...es.documents.keys()]
    .filter((key) => key.startsWith(`logs-kubernetes.audit_logs-${cluster}-`))
    .map((key) => textAt(es.documents.get(key), 'kubernetes', 'audit', 'auditID'));
}

async function stop(running: Running, signal: NodeJS.Signals = 'SIGTERM') {
  running.child.kill(signal);
  return running.ended;
}

const LINES = 5000;

test('of 5,000 lines none is missing, killed again and again while the log rotates and Elasticsearch goes away', async () => {
  const { path, state, start } = site('torn');
  const log = new KubeAuditLog(path, { size: 500_000, backups: 1000 });
  log.write(200);
  for (let life = 0; log.lines < LINES; life += 1) {
    const running = start();
    await begun(running);
    es.away(life % 3 === 1);
    for (let turn = 0; turn < 10 && log.lines < LINES; turn += 1) {
      log.write(Math.min(100, LINES - log.lines));
      await sleep(50);
    }
    if (life === 2) log.rotate();
    await stop(running, 'SIGKILL');
    es.away(false);
  }
  const last = start();
  await eventually(() => (indexed('torn').length === LINES ? true : undefined));
  await eventually(() => (figuresIn(state).bytesUnread === 0 ? true : undefined));
  const { code, stdout } = await stop(last);
  expect(code).toBe(0);
  const figures = parseJson(stdout.trimEnd().split('\n').at(-1) ?? '');
  // Each is counted once, also where a process was killed between Elasticsearch's answer and its own state.
  expect(figures).toMatchObject({ cluster: 'torn', linesRead: LINES, dropped: 0, parked: 0, filesRemovedUnread: 0 });
  expect(new Set(indexed('torn')).size).toBe(LINES);
  const account = await cli(['account', '--state', state, '--json']);
  expect(account.code).toBe(0);
  expect(JSON.parse(account.stdout)).toMatchObject({
    complete: true,
    total: { lines: LINES, bytes: log.bytes, kept: LINES, dropped: {}, parked: {}, duplicate: 0, unaccounted: 0 },
  });
});

function figuresIn(state: string) {
  return JSON.parse(readFileSync(join(state, 'health.json'), 'utf8'));
}

test('a document says where its line stands, and of no cloud', async () => {
  const { path, start } = site('plain');
  writeFileSync(path, `${auditLine(1)}\n${auditLine(2)}\n{"kind":"Event","half`);
  const running = start();
  await eventually(() => (indexed('plain').length === 2 ? true : undefined));
  await stop(running, 'SIGINT');
  const [first] = [...es.documents].filter(([key]) => key.includes('-plain-')).map(([, source]) => source);
  expect(first).toMatchObject({
    log: { file: { path }, offset: 0 },
    orchestrator: { cluster: { name: 'plain' } },
    event: { original: auditLine(1) },
  });
  expect(first).not.toHaveProperty('cloud');
  expect(first).not.toHaveProperty('aws');
});

test('the second of two that follow with one state says who is the first', async () => {
  const { state, start } = site('twice');
  const first = start();
  await begun(first);
  const second = await start().ended;
  expect(second).toMatchObject({ code: 2, stdout: '' });
  expect(second.stderr).toContain(`--state ${state}: Process ${first.child.pid} on `);
  await stop(first, 'SIGKILL');
  const third = start();
  await begun(third);
  await stop(third);
});

test('a folder that can hold no state is refused with a sentence', async () => {
  const { path, start } = site('stateless');
  writeFileSync(path, '');
  const { code, stderr } = await start('--state', join(path, 'state')).ended;
  expect(code).toBe(2);
  expect(stderr).toContain(`--state ${join(path, 'state')}: No state can be kept there (ENOTDIR).`);
  expect(stderr).not.toMatch(/^\s+at /m);
});

test('a state of another cluster or of another file is refused', async () => {
  const { path, state, config, start } = site('mine');
  const running = start();
  await begun(running);
  await stop(running);
  const other = await start('--', `${path}.other`).ended;
  expect(other.code).toBe(2);
  expect(other.stderr).toContain(`--state ${state}: this folder holds the state of ${path}, not of ${path}.other.`);
  writeFileSync(config, readFileSync(config, 'utf8').replace('name: mine', 'name: yours'));
  expect((await start().ended).stderr).toContain('holds the state of the cluster mine, not of yours.');
});

test('what rotation removed unread is said, and --max-lag makes it a failing health line', async () => {
  const { path, state, start } = site('late');
  const log = new KubeAuditLog(path, { size: 1e9, backups: 1 });
  es.away(true);
  log.write(10);
  const running = start('--max-lag', '1s');
  const position = join(state, 'position.json');
  const isKnown = () => existsSync(position) && readFileSync(position, 'utf8').includes('"name":"kube-audit.log"');
  await eventually(() => (isKnown() ? true : undefined));
  for (let count = 0; count < 3; count += 1) {
    log.rotate();
    log.write(10);
    await sleep(5);
  }
  await stop(running);
  es.away(false);
  const next = start('--max-lag', '1s');
  await eventually(() => (indexed('late').length === 20 ? true : undefined));
  await eventually(() => (next.said().includes('was removed or truncated before it was read') ? true : undefined));
  const { stdout } = await stop(next);
  const figures = parseJson(stdout.trimEnd().split('\n').at(-1) ?? '');
  expect(figures).toMatchObject({ linesRead: 20, healthy: false });
  // The second one was there for a moment.
  expect([1, 2]).toContain(at(figures, 'filesRemovedUnread'));
  expect(figuresIn(state).why).toMatch(/^[12] files? (was|were) removed before all was read/);
  const account = await cli(['account', '--state', state]);
  expect(account.code).toBe(1);
  expect(account.stdout).toContain('Every line that was read has an outcome.\n');
  expect(account.stdout).toMatch(
    /\n[12] files? (was|were) removed or truncated before all was read, with at least [\d,]+ bytes\.\n$/,
  );
  expect((await cli(['account', '--state', state, '--verify'])).stderr).toContain('--verify: This folder is of follow');
});

test('a folder is no log, and a file that is not there is waited for, which --max-lag makes a failing health line', async () => {
  const { path, state, start } = site('nowhere');
  const folder = await start('--', dirname(path)).ended;
  expect([folder.code, folder.stderr]).toEqual([2, expect.stringContaining(`found the folder "${dirname(path)}"`)]);
  const running = start('--max-lag', '1s');
  await eventually(() => (running.said().includes(`There is no ${path}: waiting for it.`) ? true : undefined));
  await eventually(() => (existsSync(join(state, 'health.json')) && !figuresIn(state).healthy ? true : undefined));
  expect(figuresIn(state).why).toMatch(/, because there is no .*kube-audit\.log\.$/);
  writeFileSync(path, `${auditLine(1)}\n`);
  await eventually(() => (indexed('nowhere').length === 1 ? true : undefined));
  await eventually(() => (figuresIn(state).healthy ? true : undefined));
  expect(running.said().match(/waiting for it/g)).toHaveLength(1);
  await stop(running);
});

test('a rotated file that can not be read is said once and is not healthy, and the others arrive', async () => {
  const { path, state, start } = site('unreadable');
  const old = path.replace('.log', '-2026-11-21T23-10-00.123.log');
  symlinkSync(old, old);
  writeFileSync(path, `${auditLine(1)}\n`);
  const running = start();
  await eventually(() => (indexed('unreadable').length === 1 ? true : undefined));
  await eventually(() => (existsSync(join(state, 'health.json')) && !figuresIn(state).healthy ? true : undefined));
  expect(figuresIn(state)).toMatchObject({
    filesUnreadable: 1,
    why: expect.stringMatching(/^kube-audit-.*\.log can't be read \(ELOOP: /),
  });
  writeFileSync(`${path}.new`, `${auditLine(2)}\n`);
  renameSync(`${path}.new`, old);
  await eventually(() => (indexed('unreadable').length === 2 ? true : undefined));
  await eventually(() => (figuresIn(state).healthy ? true : undefined));
  // With this name it is another file: the one before went without having been read.
  expect(running.said().match(/can't be read/g)).toHaveLength(1);
  await stop(running);
});

test('a log that was never caught up is behind since the first start, however often it is started again', async () => {
  const { path, state, start } = site('again');
  writeFileSync(path, `${auditLine(1)}\n`);
  es.away(true);
  const first = start('--max-lag', '15m');
  await begun(first);
  await stop(first, 'SIGKILL');
  const file = join(state, 'position.json');
  const { began, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...rest, began: began - 3_600_000 }));
  const next = start('--max-lag', '15m');
  await eventually(() => (existsSync(join(state, 'health.json')) && !figuresIn(state).healthy ? true : undefined));
  expect(figuresIn(state).lagSeconds).toBeGreaterThanOrEqual(3600);
  es.away(false);
  await eventually(() => (figuresIn(state).healthy ? true : undefined));
  await stop(next);
});
