import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Security, SettingValue } from './config.ts';
import { fetchDistribution } from './distribution.ts';
import { findElasticsearch, type Way } from './find.ts';
import { useForeign } from './foreign.ts';
import { isReady } from './health.ts';
import { removeHome } from './home.ts';
import { cacheFolder, serverIdentity } from './identity.ts';
import { type Launched, launch, type OwnWay } from './launch.ts';
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
  return way.how === 'url' ? await useForeign(way.url, options.major, env) : await startOwn(way, options);
}

async function startOwn(way: OwnWay, options: ElasticsearchOptions): Promise<RunningElasticsearch> {
  const { major = 9, env = process.env, report = () => {} } = options;
  const { version } = VERSIONS[major];
  const distribution =
    way.how === 'java' ? await fetchDistribution(cacheFolder(serverIdentity(), env), major, env) : undefined;
  const directory = resolve(options.directory ?? mkdtempSync(join(tmpdir(), 'elasticsearch-')));
  const tidy = (): void => (options.directory === undefined ? removeHome(directory) : undefined);
  const launched = await launch(way, { ...options, directory, distribution, env });
  const { server, access } = launched;
  await untilReady(launched, `Elasticsearch ${version}`, report).catch(async (error) => {
    await server.kill();
    tidy();
    throw error;
  });
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
      ended ??= server.stop().then(tidy);
      return ended;
    },
  };
}

async function untilReady({ server, access }: Launched, name: string, report: (line: string) => void): Promise<void> {
  const begun = Date.now();
  const passed = (): string => `${Math.round((Date.now() - begun) / 1000)} s`;
  let said = begun;
  while (!(await isReady(access))) {
    const code = server.exitCode();
    if (code !== undefined) throw new Error(`${name} ended at its start (code ${code}):\n${server.lastLines(10)}`);
    if (Date.now() - begun > START_LIMIT)
      throw new Error(`${name} was not ready after ${passed()}:\n${server.lastLines(10)}`);
    if (Date.now() - said >= 5_000) {
      said = Date.now();
      report(`${name} starts (${passed()}).`);
    }
    await sleep(100);
  }
  report(`${name} answers at ${access.url} after ${passed()}.`);
}
