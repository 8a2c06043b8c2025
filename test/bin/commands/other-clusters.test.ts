import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { freePort } from '../../../local/listen.ts';
import { cli } from '../../support/cli.ts';
import { eventually, startCommand, startProgram } from '../../support/command.ts';
import { commandLines } from '../../support/commands.ts';
import { type RememberingElasticsearch, startRemembering } from '../../support/fakes/remembering.ts';
import { newFolder } from '../../support/folder.ts';
import { auditLine } from '../../support/kube-audit.ts';
import { codeBlocks, ROOT, textOf } from '../../support/markdown.ts';

/** docs/other-clusters.md, word by word, on a machine whose root is a folder. */

const BLOCKS = codeBlocks(textOf('docs/other-clusters.md'));
let es: RememberingElasticsearch;
const root = newFolder();

beforeAll(async () => {
  es = await startRemembering();
});
afterAll(() => es.close());

/** The code of the only block that holds this. */
function block(part: string): string {
  const [found, more] = BLOCKS.filter(({ code }) => code.includes(part));
  if (found === undefined || more !== undefined) throw new Error(`Expected one block with ${part}.`);
  return here(found.code);
}

/** The same below the folder, and with an Elasticsearch that is there. */
function here(text: string): string {
  return text.replaceAll('/var/', `${root}/var/`).replaceAll('https://es.example:9200', es.url);
}

/** Sends a batch as the kubeconfig of the page has it. */
function sendAs(kubeconfig: string, folder: string, port: number): Promise<number | undefined> {
  const value = (key: string) => new RegExp(`${key}: (\\S+)`).exec(kubeconfig)?.[1] ?? '';
  const pem = (key: string) => readFileSync(join(folder, basename(value(key))));
  const { hostname: servername } = new URL(value('server'));
  return new Promise((done, failed) => {
    const tls = {
      servername,
      ca: pem('certificate-authority'),
      cert: pem('client-certificate'),
      key: pem('client-key'),
    };
    const headers = { 'content-type': 'application/json' };
    const sent = request({ host: '127.0.0.1', port, method: 'POST', headers, ...tls }, (response) => {
      response.resume();
      done(response.statusCode);
    });
    sent.on('error', failed);
    sent.end(`{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${auditLine(3)}]}`);
  });
}

/** The words of the only command line that holds this, with the configuration's own place. */
function command(part: string, config: string): readonly string[] {
  const [found] = commandLines(block(part));
  if (found === undefined) throw new Error(`Expected a command with ${part}.`);
  return [...found, ...(part.startsWith('account') ? [] : ['--config', config])];
}

test('its audit policy for the API server is right, and warns of nothing', async () => {
  const policy = join(root, 'audit-policy.yaml');
  writeFileSync(policy, block('kind: Policy'));
  const [words = []] = commandLines(block('policy check'));
  const { code, stderr, stdout } = await cli(words.map((word) => (word === 'audit-policy.yaml' ? policy : word)));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).not.toContain('warning');
});

test('its forwarder.yaml and commands pass a log on and account for it', async () => {
  const log = join(root, 'var/log/kubernetes/audit');
  mkdirSync(log, { recursive: true });
  writeFileSync(join(log, 'kube-audit.log'), `${auditLine(1)}\n${auditLine(2)}\n`);
  const config = join(root, 'forwarder.yaml');
  writeFileSync(config, block('path: /var/log/kubernetes/audit/kube-audit.log\n    policy'));
  const running = startCommand(command('follow --cluster', config));
  await eventually(() => (es.documents.size === 2 ? true : undefined));
  running.child.kill('SIGINT');
  expect((await running.ended).code).toBe(0);
  const { code, stdout } = await cli(command('account --state', config));
  expect(code).toBe(0);
  expect(stdout).toContain('Every line that was read has an outcome.');
});

test('its import tells what Elasticsearch has of what was followed, and brings back the rest', async () => {
  const words = command('import /var/log/kubernetes/audit', join(root, 'forwarder.yaml'));
  const imported = async (...more: readonly string[]) => {
    const { code, stdout } = await cli([...words, '--state', join(root, 'import'), '--json', ...more]);
    return { code, ...JSON.parse(stdout) };
  };
  const [first = ''] = es.documents.keys();
  es.documents.delete(first);
  expect(await imported()).toMatchObject({ code: 0, read: 2, indexed: 1, alreadyIndexed: 1 });
  const verified = { asked: 2, lacking: 0 };
  expect(await imported('--verify')).toMatchObject({ code: 0, indexed: 0, alreadyIndexed: 2, verified });
});

test('its unit starts a follower with the Node.js of the checkout, in no other environment than its own', async () => {
  const unit = here(block('[Service]'))
    .replaceAll('/opt/eks-audit-forwarder', ROOT)
    .replaceAll('/etc/', `${root}/etc/`);
  const [, directory] = /^WorkingDirectory=(.*)$/m.exec(unit) ?? [];
  const [, options = ''] = /^Environment=NODE_OPTIONS=(.*)$/m.exec(unit) ?? [];
  const [program = '', ...words] = /^ExecStart=(.*)$/m.exec(unit)?.[1]?.split(' ') ?? [];
  expect(directory).toBe(ROOT);
  mkdirSync(join(root, 'etc/eks-audit'), { recursive: true });
  writeFileSync(join(root, 'etc/eks-audit/forwarder.yaml'), readFileSync(join(root, 'forwarder.yaml')));
  writeFileSync(join(root, 'var/log/kubernetes/audit/kube-audit.log'), `${auditLine(7)}\n`);
  const before = es.documents.size;
  const running = startProgram(
    program,
    words.map((word) => (word === 'bin/eks-audit.js' ? join(ROOT, word) : word)),
    {
      NODE_OPTIONS: options,
      PATH: '/nowhere',
      ELASTICSEARCH_API_KEY: 'key',
    },
  );
  await eventually(() => (es.documents.size === before + 1 ? true : undefined));
  running.child.kill('SIGTERM');
  expect((await running.ended).code).toBe(0);
});

/** Flags of kube-apiserver that the page may name. */
const FLAGS = ['audit-policy-file', 'audit-log-path', 'audit-log-maxsize', 'audit-log-maxbackup'];

test('its configuration of kubeadm sets flags of the API server and mounts the folders of their files', () => {
  const { apiServer, ...rest } = parse(block('kind: ClusterConfiguration').replaceAll(root, ''));
  expect(rest).toEqual({ apiVersion: 'kubeadm.k8s.io/v1beta4', kind: 'ClusterConfiguration' });
  const { extraArgs, extraVolumes } = apiServer;
  const args = Object.fromEntries(extraArgs.map((arg: Record<'name' | 'value', string>) => [arg.name, arg.value]));
  expect(Object.keys(args)).toEqual(FLAGS);
  expect(Object.values(args).every((value) => typeof value === 'string')).toBe(true);
  const pathType = 'DirectoryOrCreate';
  expect(extraVolumes).toEqual(
    [
      { name: 'audit-policy', at: dirname(args['audit-policy-file']), more: { readOnly: true } },
      { name: 'audit-log', at: dirname(args['audit-log-path']), more: {} },
    ].map(({ name, at, more }) => ({ name, hostPath: at, mountPath: at, pathType, ...more })),
  );
});

test('its configurations of kOps, RKE2, k3s and RKE have the fields that these read', () => {
  const kops = parse(block('kubeAPIServer:'));
  expect(Object.keys(kops.kubeAPIServer)).toEqual([
    ...['auditPolicyFile', 'auditLogPath', 'auditLogMaxSize', 'auditLogMaxBackups'],
  ]);
  const names = (args: readonly string[]) => args.map((arg) => arg.split('=')[0]);
  const rke2 = parse(block('rancher/rke2/audit-policy.yaml'));
  expect(names([`audit-policy-file=${rke2['audit-policy-file']}`, ...rke2['kube-apiserver-arg']])).toEqual(
    FLAGS.filter((flag) => flag !== 'audit-log-path'),
  );
  expect(names(parse(block('rancher/k3s/audit-policy.yaml'))['kube-apiserver-arg'])).toEqual(FLAGS);
  const { enabled, configuration } = parse(block('kube-api:')).services['kube-api'].audit_log;
  expect([enabled, Object.keys(configuration)]).toEqual([true, ['path', 'format', 'max_size', 'max_backup']]);
});

test('its certificates, its receiver and its kubeconfig fit together', async () => {
  const folder = newFolder();
  execFileSync('bash', ['-ec', block('openssl req')], { cwd: folder, stdio: 'pipe' });
  const port = await freePort();
  const config = join(folder, 'forwarder.yaml');
  writeFileSync(config, block('listen: 0.0.0.0:9443').replace('0.0.0.0:9443', `127.0.0.1:${port}`));
  const words = command('receive --cluster', config).map((word) =>
    /^\w+\.(crt|key)$/.test(word) ? join(folder, word) : word,
  );
  const running = startCommand(words);
  await eventually(() => (running.said().includes('Receiving on') ? true : undefined));
  const before = es.documents.size;
  expect(await sendAs(block('kind: Config'), folder, port)).toBe(200);
  await eventually(() => (es.documents.size === before + 1 ? true : undefined));
  running.child.kill('SIGTERM');
  expect((await running.ended).code).toBe(0);
});
