import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../local/listen.ts';
import { authority, signed } from '../support/certificates.ts';
import { eventually, type Running, startCommand } from '../support/command.ts';
import { type RememberingElasticsearch, startRemembering } from '../support/fakes/remembering.ts';

const EVENTS = 50_000;
/** Milliseconds between two kills: the API server tries a batch five times and then drops it. */
const LIFE = 5000;
const NAME = 'kube-apiserver-audit';

/**
 * The API server's own backends write 50,000 events to a log that is followed and to a webhook that is received. Both
 * are killed again and again, and Elasticsearch goes away: what both give is the same set of documents. Needs Go.
 */
export async function apiserver(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'apiserver-'));
  const servers = [await startRemembering(), await startRemembering()] as const;
  const [byFile, byHook] = servers;
  try {
    const program = join(folder, 'apiserver');
    const source = fileURLToPath(new URL('apiserver', import.meta.url));
    execFileSync('go', ['build', '-o', program, '.'], { cwd: source, stdio: 'inherit' });
    const { path, kubeconfig, follower, receiver } = await site(folder, byFile, byHook);
    const running = { follower: follower(), receiver: receiver() };
    await Promise.all([begun(running.follower, 'Following'), begun(running.receiver, 'Receiving')]);
    const writing = spawn(program, ['-log', path, '-webhook', kubeconfig, '-events', String(EVENTS)], {
      stdio: 'inherit',
    });
    const written = once(writing, 'exit');
    let kills = 0;
    while (writing.exitCode === null && kills < 4) {
      await sleep(LIFE);
      for (const each of servers) each.away(kills % 3 === 1);
      await Promise.all([killed(running.follower), killed(running.receiver)]);
      running.follower = follower();
      running.receiver = receiver();
      kills += 1;
      await Promise.all([begun(running.follower, 'Following'), begun(running.receiver, 'Receiving')]);
    }
    for (const each of servers) each.away(false);
    await written;
    await eventually(() => (servers.every(({ documents }) => documents.size >= EVENTS) ? true : undefined)).catch(
      () => {},
    );
    await Promise.all([killed(running.follower), killed(running.receiver)]);
    const same = [...byFile.documents.keys()].filter((key) => byHook.documents.has(key)).length;
    console.log(
      JSON.stringify({ events: EVENTS, kills, byFile: byFile.documents.size, byHook: byHook.documents.size, same }),
    );
    return same === EVENTS && byFile.documents.size === EVENTS && byHook.documents.size === EVENTS;
  } finally {
    for (const each of servers) await each.close();
    rmSync(folder, { recursive: true });
  }
}

async function site(folder: string, byFile: RememberingElasticsearch, byHook: RememberingElasticsearch) {
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const ca = await authority('audit webhook');
  const [server, client] = [await signed(ca, 'localhost'), await signed(ca, NAME)];
  const port = await freePort();
  mkdirSync(join(folder, 'log'));
  const path = join(folder, 'log', 'kube-audit.log');
  const config = (name: string, kubeAudit: string, { url }: RememberingElasticsearch) =>
    file(name, `clusters: [{ name: onprem, kubeAudit: { ${kubeAudit} } }]\nelasticsearch: { url: "${url}" }\n`);
  const files = config('follow.yaml', `path: ${path}`, byFile);
  const hooks = config('receive.yaml', `listen: "127.0.0.1:${port}"`, byHook);
  const tls = ['--tls-cert', file('tls.crt', server.cert), '--tls-key', file('tls.key', server.key)];
  tls.push('--client-ca', file('ca.crt', ca.cert), '--client-name', NAME);
  const kubeconfig = file(
    'kubeconfig',
    `apiVersion: v1
kind: Config
clusters: [{ name: audit, cluster: { server: "https://127.0.0.1:${port}", certificate-authority: ${join(folder, 'ca.crt')} } }]
users: [{ name: kube-apiserver, user: { client-certificate: ${file('client.crt', client.cert)}, client-key: ${file('client.key', client.key)} } }]
contexts: [{ name: audit, context: { cluster: audit, user: kube-apiserver } }]
current-context: audit
`,
  );
  const state = (name: string) => ['--state', join(folder, name)];
  return {
    path,
    kubeconfig,
    follower: () => startCommand(['follow', '--config', files, ...state('follow')]),
    receiver: () => startCommand(['receive', '--config', hooks, ...state('receive'), ...tls]),
  };
}

async function begun(running: Running, word: string): Promise<void> {
  await eventually(() => (running.said().includes(word) ? true : undefined));
}

async function killed({ child, ended }: Running): Promise<void> {
  child.kill('SIGKILL');
  await ended;
}
