import { join } from 'node:path';
import { freePort } from '../listen.ts';
import { type Identity, serverIdentity } from '../process/identity.ts';
import { endLeftover, type Server, startServer } from '../process/server.ts';
import type { Certificate } from './certificate.ts';
import { type SettingValue, writeConfiguration } from './config.ts';
import { dockerCommand, JAVA_OPTIONS, removeContainer } from './docker.ts';
import type { Way } from './find.ts';
import { type Access, basic } from './health.ts';
import { giveTo, prepareHome } from './home.ts';
import type { ElasticsearchOptions } from './options.ts';

export type OwnWay = Exclude<Way, { how: 'url' }>;

export interface Launched {
  readonly server: Server;
  readonly access: Access;
}

export interface Launch extends ElasticsearchOptions {
  readonly directory: string;
  /** With Java only: the unpacked distribution. */
  readonly distribution: string | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/** Begins a server; it is not ready yet. */
export async function launch(way: OwnWay, options: Launch): Promise<Launched> {
  const { directory, distribution, env, security, tls } = options;
  const identity = serverIdentity();
  const home = prepareHome(directory, identity);
  await endLeftover(home);
  const place = { home, identity, env, port: options.port ?? (await freePort()) };
  const certificate = tls === true ? await certify() : undefined;
  const settings = { ...network(way, place), ...options.settings };
  const launcher = writeConfiguration({ home, settings, security, certificate, distribution });
  giveTo(identity, home);
  const server = way.how === 'docker' ? runContainer(way.image, place) : runJava(way.javaHome, distribution, place);
  const url = `${tls === true ? 'https' : 'http'}://127.0.0.1:${place.port}`;
  const authorization = launcher && basic(launcher.name, launcher.password);
  return { server, access: { url, ca: certificate?.ca, authorization } };
}

/** Loaded only when asked for: what makes certificates is there in a checkout alone. */
const certify = async (): Promise<Certificate> => await (await import('./certificate.ts')).makeCertificate();

interface Place {
  readonly home: string;
  readonly identity: Identity;
  readonly env: NodeJS.ProcessEnv;
  readonly port: number;
}

/** In a container the server must listen to the outside, which Docker publishes on 127.0.0.1 alone. */
function network(way: OwnWay, { home, port }: Place): Record<string, SettingValue> {
  if (way.how === 'docker') return { 'network.host': '0.0.0.0' };
  return {
    'network.host': '127.0.0.1',
    'http.port': port,
    'transport.port': 0,
    'path.data': join(home, 'data'),
    'path.logs': join(home, 'logs'),
  };
}

function runContainer(image: string, place: Place): Server {
  const { home, env } = place;
  const alsoKill = (): void => removeContainer(home, env);
  alsoKill();
  return startServer({ home, command: dockerCommand({ image, ...place }), env, identity: {}, alsoKill });
}

/** A stand-in lives for minutes: what Java's second compiler wins in them is less than it takes of the start. */
const QUICK_START = '-XX:TieredStopAtLevel=1';

function runJava(javaHome: string, distribution: string | undefined, { home, identity, env }: Place): Server {
  const own = {
    PATH: env.PATH,
    ES_JAVA_HOME: javaHome,
    ES_PATH_CONF: join(home, 'config'),
    ES_TMPDIR: join(home, 'tmp'),
    ES_JAVA_OPTS: `${JAVA_OPTIONS} ${QUICK_START}`,
  };
  return startServer({ home, command: [`${distribution}/bin/elasticsearch`], env: own, identity });
}
