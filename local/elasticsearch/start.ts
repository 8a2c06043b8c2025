import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheFolder, serverIdentity } from '../process/identity.ts';
import { fetchDistribution } from './distribution.ts';
import { findElasticsearch } from './find.ts';
import { useForeign } from './foreign.ts';
import { isReady } from './health.ts';
import { removeHome } from './home.ts';
import { type Launched, launch, type OwnWay } from './launch.ts';
import type { ElasticsearchOptions, RunningElasticsearch } from './options.ts';
import { VERSIONS } from './versions.ts';

const START_LIMIT = 180_000;

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
