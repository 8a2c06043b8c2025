import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventId } from '../../../lambda/core/document/identity.ts';
import { freePort } from '../../../local/listen.ts';
import { authority, type KeyPair, signed } from '../../support/certificates.ts';
import { cli } from '../../support/cli.ts';
import { eventually, PROGRAM, type Running, startCommand, startProgram } from '../../support/command.ts';
import { type RememberingElasticsearch, startRemembering } from '../../support/fakes/remembering.ts';
import { newFolder } from '../../support/folder.ts';
import { auditLine } from '../../support/kube-audit.ts';

let es: RememberingElasticsearch;
let ca: KeyPair;
let clients: Record<'right' | 'otherName' | 'otherCa', KeyPair>;
let server: KeyPair;

beforeAll(async () => {
  es = await startRemembering();
  const [own, other] = [await authority('audit'), await authority('cluster')];
  ca = own;
  server = await signed(own, 'localhost');
  clients = {
    right: await signed(own, 'kube-apiserver-audit'),
    otherName: await signed(own, 'system:node:a'),
    otherCa: await signed(other, 'kube-apiserver-audit'),
  };
});
afterAll(() => es.close());

/** A machine that receives what a cluster sends. */
async function site(cluster: string) {
  const folder = newFolder();
  const [state, port] = [join(folder, 'state'), await freePort()];
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const config = file(
    'forwarder.yaml',
    `clusters:\n  - { name: ${cluster}, kubeAudit: { listen: "127.0.0.1:${port}" } }\nelasticsearch: { url: "${es.url}" }\n`,
  );
  const tls = {
    cert: file('tls.crt', server.cert),
    key: file('tls.key', server.key),
    ca: file('client-ca.crt', ca.cert),
  };
  const flags = ['receive', '--config', config, '--state', state, '--tls-cert', tls.cert, '--tls-key', tls.key];
  flags.push('--client-ca', tls.ca, '--client-name', 'kube-apiserver-audit');
  const begun = async (running: Running) => {
    await eventually(() => (running.said().includes('Receiving on') ? true : undefined));
    return running;
  };
  return {
    state,
    port,
    spool: join(state, 'spool'),
    file,
    start: (...more: readonly string[]) => begun(startCommand([...flags, ...more])),
    /** With files of at most so many blocks of 1 kB. */
    startLimited: (blocks: number) =>
      begun(
        startProgram('bash', ['-c', `ulimit -f ${blocks}; exec "$@"`, 'bash', process.execPath, PROGRAM, ...flags]),
      ),
    send: (body: string | Buffer, more: Partial<Sending> = {}) => send(port, body, more),
  };
}

interface Sending {
  readonly client: KeyPair | undefined;
  readonly ca: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

/** The status of the answer, and what it says; the status is 0 where nobody answers. */
function send(port: number, body: string | Buffer, more: Partial<Sending>): Promise<{ status: number; text: string }> {
  const { client = clients.right, headers = {}, method = 'POST' } = more;
  const tls = 'client' in more && more.client === undefined ? {} : { cert: client.cert, key: client.key };
  return new Promise((done) => {
    const own = { 'content-type': 'application/json', ...headers };
    const sent = request({
      host: '127.0.0.1',
      port,
      method,
      ca: more.ca ?? ca.cert,
      ...tls,
      headers: own,
      agent: false,
    });
    sent.on('error', (error) => done({ status: 0, text: error.message }));
    sent.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => done({ status: response.statusCode ?? 0, text }));
      response.on('error', () => done({ status: response.statusCode ?? 0, text }));
    });
    sent.end(body);
  });
}

/** As the API server sends events: `kind` and `apiVersion` stand in front of all. */
function list(...lines: readonly string[]): string {
  const items = lines.map((line) => line.replace('"kind":"Event","apiVersion":"audit.k8s.io/v1",', ''));
  return `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${items.join(',')}]}`;
}

const linesFrom = (from: number, count: number) => Array.from({ length: count }, (_, at) => auditLine(from + at));

function ids(cluster: string, kind = 'audit_logs'): readonly string[] {
  return [...es.documents.keys()].flatMap((key) => {
    const [index = '', id = ''] = key.split('/');
    return index.startsWith(`logs-kubernetes.${kind}-${cluster}-`) ? [id] : [];
  });
}

async function stop(running: Running, signal: NodeJS.Signals = 'SIGTERM') {
  running.child.kill(signal);
  return running.ended;
}

test('50 batches at a time arrive, each event with the id that it has in kube-audit.log, and are accounted for', async () => {
  const { start, send, state } = await site('many');
  const running = await start();
  const batches = Array.from({ length: 50 }, (_, at) => linesFrom(at * 20, 20));
  const answers = await Promise.all(batches.map((lines) => send(list(...lines))));
  expect(answers.map(({ status }) => status)).toEqual(batches.map(() => 200));
  await eventually(() => (ids('many').length === 1000 ? true : undefined));
  const expected = batches.flat().map((line) => eventId('many', line, JSON.parse(line)));
  expect(ids('many').toSorted()).toEqual(expected.toSorted());
  expect((await stop(running)).code).toBe(0);
  const { code, stdout } = await cli(['account', '--state', state, '--json']);
  expect([code, JSON.parse(stdout).total]).toMatchObject([0, { lines: 1000, kept: 1000, unaccounted: 0 }]);
});

test('who is not the API server, and what is no batch, is refused', async () => {
  const { start, send, state, spool } = await site('closed');
  const running = await start();
  const body = list(auditLine(1));
  const status = async (more: Partial<Sending>, sent: string | Buffer = body) => (await send(sent, more)).status;
  expect(await status({ client: undefined })).toBe(0);
  expect(await status({ client: clients.otherCa })).toBe(0);
  expect(await status({ client: clients.otherName })).toBe(403);
  expect(await status({ method: 'GET' }, '')).toBe(405);
  expect(await status({ headers: { 'content-type': 'application/yaml' } })).toBe(415);
  expect(await status({ headers: { 'content-encoding': 'gzip' } })).toBe(415);
  expect(await status({}, '{"kind":"Event"}')).toBe(400);
  expect(await status({}, 'no JSON')).toBe(400);
  expect(await status({}, Buffer.alloc(100_000_000, ' '))).toBe(413);
  const noLength = { 'transfer-encoding': 'chunked' };
  expect(await status({ headers: noLength }, Buffer.alloc(70_000_000, ' '))).toBe(413);
  expect(await status({})).toBe(200);
  await eventually(() => (ids('closed').length === 1 ? true : undefined));
  const { stderr } = await stop(running);
  expect(stderr).toContain('Expected a client named kube-apiserver-audit, found system:node:a.');
  for (const why of ['PEER_DID_NOT_RETURN_A_CERTIFICATE', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'])
    expect(stderr).toMatch(new RegExp(`^A client was refused \\(.*${why}`, 'm'));
  expect(stderr).not.toMatch(/^\s+at /m);
  expect([state, spool].map((folder) => statSync(folder).mode & 0o777)).toEqual([0o700, 0o700]);
  expect(readdirSync(spool).map((name) => statSync(join(spool, name)).mode & 0o777)).toEqual([0o600]);
});

test('a batch with broken events is kept whole, and these are parked one by one', async () => {
  const { start, send } = await site('broken');
  const running = await start();
  const pretty = JSON.stringify(JSON.parse(auditLine(3)), null, 2);
  const broken = `${list(auditLine(1), '17', pretty).slice(0, -2)},{"auditID":"half`;
  expect((await send(broken)).status).toBe(200);
  expect((await send(list())).status).toBe(200);
  await eventually(() => (ids('broken').length === 2 && ids('broken', 'audit_parked').length === 2 ? true : undefined));
  await stop(running);
});

test('what was answered with 200 outlives a kill and an Elasticsearch that is away, and goes when it is passed', async () => {
  const { start, send, spool } = await site('away');
  es.away(true);
  const first = await start();
  for (let at = 0; at < 5; at += 1) expect((await send(list(...linesFrom(at * 10, 10)))).status).toBe(200);
  await stop(first, 'SIGKILL');
  const second = await start();
  expect((await send(list(auditLine(50)))).status).toBe(200);
  es.away(false);
  await eventually(() => (ids('away').length === 51 ? true : undefined));
  await eventually(() => (readdirSync(spool).length === 1 ? true : undefined));
  expect(readdirSync(spool)).toEqual(['segment-000000000002.log']);
  await stop(second);
});

test('a batch for which there is no room gets 503, and leaves no half of an event', async () => {
  const { startLimited, send } = await site('full');
  const running = await startLimited(256);
  const long = 'x'.repeat(100_000);
  const large = [1, 2, 3].map((number) => auditLine(number).replace('kubectl', long));
  const { status, text } = await send(list(...large));
  expect([status, text]).toEqual([503, expect.stringContaining("can't be written to (EFBIG")]);
  expect((await send(list(auditLine(4)))).status).toBe(200);
  // As the API server does it: what was refused comes again.
  for (const line of large) expect((await send(list(line))).status).toBe(200);
  await eventually(() => (ids('full').length === 4 ? true : undefined));
  expect(ids('full', 'audit_parked')).toEqual([]);
  await stop(running);
});

test('what is not passed on may take no more than --max-spool', async () => {
  const { start, send } = await site('small');
  es.away(true);
  const running = await start('--max-spool', '1M');
  const long = auditLine(1).replace('kubectl', 'x'.repeat(600_000));
  expect((await send(list(long))).status).toBe(200);
  const { status, text } = await send(list(long));
  expect([status, text]).toEqual([503, expect.stringMatching(/holds \d+ bytes and may hold 1048576\.\n$/)]);
  es.away(false);
  await stop(running);
});

test('certificates that were renewed are used without a restart', async () => {
  const { start, send, file } = await site('renewed');
  const running = await start();
  const next = await authority('audit, the next');
  const [own, client] = [await signed(next, 'localhost'), await signed(next, 'kube-apiserver-audit')];
  file('tls.key', own.key);
  file('tls.crt', own.cert);
  file('client-ca.crt', next.cert);
  await eventually(() => (running.said().includes('The certificates were read again.') ? true : undefined));
  expect((await send(list(auditLine(1)), { ca: next.cert, client })).status).toBe(200);
  expect((await send(list(auditLine(1)), { ca: next.cert })).status).toBe(0);
  await stop(running);
});

test('without certificates it listens on this machine alone, and says all that is wrong at once', async () => {
  const folder = newFolder();
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'forwarder.yaml');
  writeFileSync(config, `clusters:\n  - { name: a, kubeAudit: {path: /a} }\nelasticsearch: { url: "${es.url}" }\n`);
  const receive = (...more: readonly string[]) =>
    cli(['receive', '--config', config, '--state', join(folder, 'state'), ...more]);
  const open = await receive('--listen', '0.0.0.0:9443', '--insecure-http');
  expect([open.code, open.stderr]).toEqual([2, expect.stringContaining('--insecure-http: Anybody could send events')]);
  for (const [host, size] of [
    ['127.0.0.1.example.com', '1G'],
    ['127.0.0.1', '0M'],
  ] as const) {
    const { code, stderr } = await receive('--listen', `${host}:1`, '--insecure-http', '--max-spool', size);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^--(insecure-http: Anybody|max-spool: Expected a size)/),
    ]);
  }
  writeFileSync(join(folder, 'spool'), '');
  const flags = ['--listen', '127.0.0.1:1', '--insecure-http', '--state', folder];
  const noFolder = `--state ${folder}: No state can be kept there (EEXIST). Name another folder.\n`;
  expect(await receive(...flags)).toMatchObject({ code: 2, stderr: noFolder });
  const { code, stderr } = await receive('--max-spool', 'much', '--tls-cert', 'none');
  expect(code).toBe(2);
  const paths = stderr
    .trimEnd()
    .split('\n')
    .map((line) => line.split(':')[0]);
  expect(paths).toEqual(['--listen', '--max-spool', '--tls-key', '--client-ca', '--client-name']);
});
