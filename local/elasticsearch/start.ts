import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ENVIRONMENT } from '../../lambda/contract.ts';
import { type Security, type SettingValue, writeConfiguration } from './config.ts';
import { fetchDistribution } from './distribution.ts';
import { dockerCommand, javaOptions, removeContainer } from './docker.ts';
import { findElasticsearch, redact, type Way } from './find.ts';
import { type Access, basic, isReady, versionOf } from './health.ts';
import { giveTo, prepareHome, removeHome } from './home.ts';
import { cacheFolder, type Identity, serverIdentity } from './identity.ts';
import { endLeftover, type Server, startServer } from './server.ts';
import { type Major, VERSIONS } from './versions.ts';

const START_LIMIT = 180_000;

export interface ElasticsearchOptions {
  /** Default 9. */
  readonly major?: Major;
  /** Data, configuration and log are kept below it. Default: a temporary folder, removed by `stop`. */
  readonly directory?: string;
  /** More of `elasticsearch.yml`; wins over ours. */
  readonly settings?: Readonly<Record<string, SettingValue>>;
  /** Users of the file realm and their roles. Default: nobody is asked for a password. */
  readonly security?: Security;
  /** HTTPS with a certificate for 127.0.0.1 and localhost by an authority made for this server. Default false. */
  readonly tls?: boolean;
  /** As Java writes it. Default 512m. */
  readonly heap?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Gets progress, a sentence at a time. */
  readonly report?: (line: string) => void;
  /** Default `process.env`. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface RunningElasticsearch {
  readonly url: string;
  readonly version: string;
  readonly how: Way['how'];
  /** PEM text; with `tls` only. */
  readonly ca?: string;
  /** The server's process group and log file; absent for a server that is not ours. */
  readonly pid?: number;
  readonly log?: string;
  /** Ends it; a server that is not ours is left alone. A second call does nothing. */
  stop(): Promise<void>;
  /** SIGKILL; the folder stays and can be started on again. Throws for a server that is not ours. */
  kill(): Promise<void>;
}

/** Starts a server or takes the one of `ELASTICSEARCH_URL`; done when it is ready. It ends when this process does. */
export async function startElasticsearch(options: ElasticsearchOptions = {}): Promise<RunningElasticsearch> {
  const { major = 9, env = process.env, report = () => {} } = options;
  const own = options.settings !== undefined || options.security !== undefined || options.tls === true;
  const { way, found, needs } = findElasticsearch({ major, env, own });
  for (const sentence of found) report(sentence);
  if (way === undefined) throw new Error([...found, ...needs].join('\n'));
  return way.how === 'url' ? foreign(way.url, options, env) : await ours(way, options);
}

async function foreign(
  url: string,
  { major }: ElasticsearchOptions,
  env: NodeJS.ProcessEnv,
): Promise<RunningElasticsearch> {
  const access = { url, authorization: credentials(env) };
  const version = await versionOf(access).catch((cause) => {
    throw new Error(`ELASTICSEARCH_URL: ${redact(url)} can't be used: ${messageOf(cause)}`, { cause });
  });
  if (major !== undefined && Number.parseInt(version, 10) !== major)
    throw new Error(`ELASTICSEARCH_URL: ${redact(url)} is ${version}, but version ${major} is needed. Unset it.`);
  const kill = () => Promise.reject(new Error(`${redact(url)} was not started here and is not killed.`));
  return { url, version, how: 'url', stop: async () => {}, kill };
}

function credentials(env: NodeJS.ProcessEnv): string | undefined {
  const { apiKey, username, password } = ENVIRONMENT;
  if (env[apiKey]) return `ApiKey ${env[apiKey]}`;
  return env[username] ? basic(env[username], env[password] ?? '') : undefined;
}

type OwnWay = Exclude<Way, { how: 'url' }>;

async function ours(way: OwnWay, options: ElasticsearchOptions): Promise<RunningElasticsearch> {
  const { report = () => {}, directory = mkdtempSync(join(tmpdir(), 'elasticsearch-')) } = options;
  const { version } = VERSIONS[options.major ?? 9];
  const temporary = options.directory === undefined;
  const begun = Date.now();
  const { server, access } = await launch(way, resolve(directory), options);
  await untilReady(server, access, `Elasticsearch ${version}`, report);
  report(`Elasticsearch ${version} answers at ${access.url} after ${seconds(begun)}.`);
  let ended: Promise<void> | undefined;
  return {
    url: access.url,
    version,
    how: way.how,
    ...(access.ca === undefined ? {} : { ca: access.ca }),
    pid: server.pid,
    log: server.log,
    kill: () => server.kill(),
    stop() {
      ended ??= server.stop().then(() => (temporary ? removeHome(directory) : undefined));
      return ended;
    },
  };
}

interface Launched {
  readonly server: Server;
  readonly access: Access;
}

async function launch(way: OwnWay, directory: string, options: ElasticsearchOptions): Promise<Launched> {
  const { env = process.env, major = 9, heap = '512m', security, tls } = options;
  const identity = serverIdentity();
  const distribution = way.how === 'java' ? await fetchDistribution(cacheFolder(identity, env), major, env) : undefined;
  const home = prepareHome(directory, identity);
  await endLeftover(home);
  const port = options.port ?? (await freePort());
  const certificate = tls === true ? await (await import('./certificate.ts')).makeCertificate() : undefined;
  const settings = { ...network(way, port, home), ...options.settings };
  const launcher = writeConfiguration({ home, settings, security, certificate, distribution });
  giveTo(identity, home);
  const server =
    way.how === 'docker'
      ? runContainer({ image: way.image, home, port, heap, identity }, env)
      : runJava(`${distribution}/bin/elasticsearch`, way.javaHome, home, heap, identity, env);
  const url = `${tls === true ? 'https' : 'http'}://127.0.0.1:${port}`;
  const authorization = launcher && basic(launcher.name, launcher.password);
  return { server, access: { url, ca: certificate?.ca, authorization } };
}

/** In a container the server must listen to the outside, which Docker publishes on 127.0.0.1 alone. */
function network(way: OwnWay, port: number, home: string): Record<string, SettingValue> {
  if (way.how === 'docker') return { 'network.host': '0.0.0.0' };
  return {
    'network.host': '127.0.0.1',
    'http.port': port,
    'transport.port': 0,
    'path.data': join(home, 'data'),
    'path.logs': join(home, 'logs'),
  };
}

function runContainer(container: Parameters<typeof dockerCommand>[0], env: NodeJS.ProcessEnv): Server {
  const { home } = container;
  removeContainer(home, env);
  const alsoKill = (): void => removeContainer(home, env);
  return startServer({ home, command: dockerCommand(container), env, identity: {}, alsoKill });
}

function runJava(
  command: string,
  javaHome: string,
  home: string,
  heap: string,
  identity: Identity,
  env: NodeJS.ProcessEnv,
): Server {
  const own = {
    PATH: env.PATH,
    ES_JAVA_HOME: javaHome,
    ES_PATH_CONF: join(home, 'config'),
    ES_TMPDIR: join(home, 'tmp'),
    ES_JAVA_OPTS: javaOptions(heap),
  };
  return startServer({ home, command: [command], env: own, identity });
}

async function untilReady(server: Server, access: Access, name: string, report: (line: string) => void): Promise<void> {
  const begun = Date.now();
  let said = begun;
  while (!(await isReady(access))) {
    const code = server.exitCode();
    if (code !== undefined) throw new Error(`${name} ended at its start (code ${code}):\n${server.lastLines(15)}`);
    if (Date.now() - begun > START_LIMIT) {
      await server.kill();
      throw new Error(`${name} was not ready after ${seconds(begun)}:\n${server.lastLines(15)}`);
    }
    if (Date.now() - said >= 5_000) {
      said = Date.now();
      report(`${name} starts (${seconds(begun)}).`);
    }
    await sleep(100);
  }
}

const seconds = (begun: number): string => `${Math.round((Date.now() - begun) / 1000)} s`;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Free when asked; another process may take it before the server does, and then the server says so. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => probe.once('listening', done));
  const address = probe.address();
  await new Promise((done) => probe.close(done));
  if (address === null || typeof address === 'string') throw new Error('This machine gives no free port.');
  return address.port;
}
