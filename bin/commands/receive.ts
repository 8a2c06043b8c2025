import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIPv4 } from 'node:net';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { MINUTE, SECOND } from '../../lambda/core/time.ts';
import type { Problem } from '../../lib/config/config.ts';
import { describeProblems } from '../../lib/problems/problem.ts';
import { sentence } from '../../lib/problems/sentence.ts';
import { WrongUse } from '../../lib/problems/usage.ts';
import { CLUSTER_FLAG, CONFIG_FLAG, configuration } from '../cli/configured.ts';
import { segmentNames } from '../operate/follow/names.ts';
import { readTls, type TlsFiles } from '../operate/receive/certificates.ts';
import { type Address, type Listening, listen } from '../operate/receive/listen.ts';
import { Requests } from '../operate/receive/requests.ts';
import { Spool } from '../operate/receive/spool.ts';
import { LOG_STATE_FLAG, type LogFlags, lagProblems, MAX_LAG_FLAG, otherCluster, passOnLog } from './pass-on.ts';

interface Flags extends LogFlags {
  readonly listen?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly clientCa?: string;
  readonly clientName?: string;
  readonly insecureHttp?: true;
  readonly maxSpool: string;
}

export function receiveCommand(): Command {
  return new Command('receive')
    .description('take what an API server sends to its audit webhook, of a cluster that is not EKS, and pass it on')
    .requiredOption(...LOG_STATE_FLAG)
    .option('--listen <address:port>', 'where it is sent to (default: kubeAudit.listen in forwarder.yaml)')
    .option('--tls-cert <file>', 'PEM file of the certificate that the API server trusts')
    .option('--tls-key <file>', 'PEM file of its key')
    .option('--client-ca <file>', "PEM file of the authority of the API server's client certificate")
    .option('--client-name <name>', 'the common name in that certificate')
    .option('--insecure-http', 'HTTP and no certificates, on an address of this machine alone')
    .option('--max-spool <size>', 'what is on disk and not passed on may take so much: 512M, 10G', '10G')
    .option(...CONFIG_FLAG)
    .option(...CLUSTER_FLAG)
    .option(...MAX_LAG_FLAG)
    .addHelpText('after', MORE)
    .action((flags: Flags) => receive(flags));
}

const MORE = `
Credentials: ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USERNAME with
ELASTICSEARCH_PASSWORD, win over the secret of forwarder.yaml.

Stdout: a line of figures as JSON each minute. The folder of the state holds the
same as health.json, and the batches that are not passed on yet. The files of
the certificates are read again when they change. Ctrl-C ends it in order.

Example:
  npx eks-audit receive --listen 0.0.0.0:9443 --state /var/lib/eks-audit/hook \\
    --tls-cert tls.crt --tls-key tls.key --client-ca client-ca.crt \\
    --client-name kube-apiserver-audit`;

/** How often the certificates' files are read again. */
const RELOAD = 5 * SECOND;

async function receive(flags: Flags): Promise<void> {
  const { config, warnings } = await configuration(flags.config, undefined, lagProblems(flags));
  const cluster = otherCluster(config, flags.cluster);
  const { address, most, tls } = checked(flags, flags.listen ?? cluster.listen);
  const folder = join(resolve(flags.state), 'spool');
  let spool: Spool | undefined;
  await passOnLog({
    config,
    warnings,
    cluster,
    flags,
    log: folder,
    folder,
    names: segmentNames,
    doing: `Receiving on ${address.host}:${address.port}`,
    removed: (name) => spool?.removed(name),
    beside: async (say) => {
      spool = await Spool.open({ folder, most });
      return serve({ address, tls, spool, clientName: flags.clientName, say });
    },
  });
}

interface Service {
  readonly address: Address;
  readonly tls: TlsFiles | undefined;
  readonly spool: Spool;
  readonly clientName: string | undefined;
  readonly say: (sentence: string) => void;
}

/** Takes batches until what it gives is called. */
async function serve({ address, tls, spool, clientName, say }: Service): Promise<() => Promise<void>> {
  const requests = new Requests({ spool, clientName, say });
  const failed = (error: unknown) => say(`This can't be done just now: ${textOf(error)}`);
  const first = tls && readTls(tls);
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    requests.answer(request, response).catch((error: unknown) => {
      failed(error);
      response.destroy();
    });
  };
  const refused = (why: string) =>
    say(`A client was refused (${why}): it needs a certificate of --client-ca that is valid today.`);
  const listening = await listen(address, first?.ok === true ? first.tls : undefined, answer, refused);
  const reload = tls && setInterval(reloading(tls, listening, say), RELOAD);
  const turn = setInterval(() => void spool.turn().catch(failed), MINUTE);
  return async () => {
    clearInterval(reload);
    clearInterval(turn);
    await listening.close();
    await spool.close();
  };
}

/** Certificates are renewed while the server runs. */
function reloading(files: TlsFiles, listening: Listening, say: (sentence: string) => void): () => void {
  let used = JSON.stringify(readTls(files));
  return () => {
    const found = readTls(files);
    const text = JSON.stringify(found);
    if (text === used) return;
    used = text;
    if (found.ok) listening.use(found.tls);
    say(
      found.ok
        ? 'The certificates were read again.'
        : `The certificates stay as they were. ${describeProblems(found.problems)}`,
    );
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const SIZE = /^([1-9]\d{0,5})([MG])$/;
const MIB = 1024 * 1024;

/** What the flags come to. Throws `WrongUse` with all that is wrong with them. */
function checked(flags: Flags, listenOn: string | undefined) {
  const problems: Problem[] = [...lagProblems(flags)];
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(listenOn ?? '') ?? [];
  const address = { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
  if (host === '' || address.port > 65_535)
    problems.push({
      path: '--listen',
      message: sentence('an address and a port', listenOn, 'write it like 0.0.0.0:9443'),
    });
  const [, count, unit] = SIZE.exec(flags.maxSpool) ?? [];
  if (count === undefined)
    problems.push({ path: '--max-spool', message: sentence('a size', flags.maxSpool, 'write it like 512M or 10G') });
  const tls = flags.insecureHttp === true ? undefined : tlsFiles(flags, problems);
  if (flags.insecureHttp === true && !isOwn(address.host))
    problems.push({
      path: '--insecure-http',
      message: 'Anybody could send events: listen on 127.0.0.1, or use certificates.',
    });
  if (problems.length > 0) throw WrongUse.of(problems);
  return { address, most: Number(count) * (unit === 'G' ? 1024 * MIB : MIB), tls };
}

/** A name that begins with 127 may be anybody's. */
function isOwn(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

function tlsFiles({ tlsCert, tlsKey, clientCa, clientName }: Flags, problems: Problem[]): TlsFiles {
  const given = { '--tls-cert': tlsCert, '--tls-key': tlsKey, '--client-ca': clientCa, '--client-name': clientName };
  const missing = Object.entries(given).flatMap(([path, value]) => (value === undefined ? [path] : []));
  const message =
    "Missing: without it anybody could send events, and any kubelet where the authority is the cluster's own.";
  problems.push(...missing.map((path) => ({ path, message })));
  const files = { cert: tlsCert ?? '', key: tlsKey ?? '', clientCa: clientCa ?? '' };
  const read = missing.length > 0 ? undefined : readTls(files);
  if (read?.ok === false) problems.push(...read.problems);
  return files;
}
