import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cacheFolder, serverIdentity } from '../process/identity.ts';
import { unpacked } from './distribution.ts';
import { findJava } from './java.ts';
import { image, type Major, VERSIONS } from './versions.ts';

export type Way =
  | { readonly how: 'url'; readonly url: string }
  | { readonly how: 'docker'; readonly image: string }
  | { readonly how: 'java'; readonly javaHome: string };

export interface Findings {
  /** The first way that suffices; undefined: none does. */
  readonly way: Way | undefined;
  /** One sentence about each way that was looked at, in the order in which they are preferred. */
  readonly found: readonly string[];
  /** What to install or set, one sentence each; empty when a way suffices. */
  readonly needs: readonly string[];
}

export interface Wanted {
  readonly major: Major;
  readonly env: NodeJS.ProcessEnv;
  /** Only a server of our own will do: it needs settings, users or certificates that a foreign one hasn't. */
  readonly own: boolean;
  /** Folders that hold a Java each. Default: where Linux and macOS have them. */
  readonly javaFolders?: readonly string[];
}

/** Looks for `ELASTICSEARCH_URL`, then Docker, then Java with Maven; starts nothing. */
export function findElasticsearch(wanted: Wanted): Findings {
  const found: string[] = [];
  for (const look of [url, docker, java]) {
    const { way, sentence } = look(wanted);
    found.push(sentence);
    if (way !== undefined) return { way, found, needs: [] };
  }
  return { way: undefined, found, needs: needs(wanted.major) };
}

interface Look {
  readonly way?: Way;
  readonly sentence: string;
}

function url({ env, own }: Wanted): Look {
  const value = env.ELASTICSEARCH_URL;
  if (!value) return { sentence: 'ELASTICSEARCH_URL is not set.' };
  if (own) return { sentence: 'ELASTICSEARCH_URL is set, but a server with settings of its own is needed.' };
  return { way: { how: 'url', url: value }, sentence: `ELASTICSEARCH_URL is set: ${redact(value)} is used as it is.` };
}

/** A client alone says nothing: the engine must answer. */
function docker({ major, env }: Wanted): Look {
  const asked = spawnSync('docker', ['info', '--format', '{{.ServerVersion}}'], {
    env,
    encoding: 'utf8',
    timeout: 10_000,
  });
  if (asked.error !== undefined && 'code' in asked.error && asked.error.code === 'ENOENT')
    return { sentence: 'Docker is not installed.' };
  const version = asked.stdout?.trim();
  if (asked.status !== 0 || !version) return { sentence: 'Docker is installed, but no engine answers `docker info`.' };
  return { way: { how: 'docker', image: image(major) }, sentence: `Docker ${version} runs.` };
}

function java({ major, env, javaFolders }: Wanted): Look {
  const { version, java: lowest } = VERSIONS[major];
  const identity = serverIdentity();
  const all = findJava(identity, env, javaFolders);
  const chosen = all.find((one) => one.version >= lowest);
  if (chosen === undefined) {
    const had = all.length === 0 ? 'no Java' : `only Java ${all.map((one) => one.version).join(', ')}`;
    return { sentence: `There is ${had}; Elasticsearch ${version} needs Java ${lowest} or newer.` };
  }
  const folder = unpacked(cacheFolder(identity, env), major);
  const way: Way = { how: 'java', javaHome: chosen.home };
  const said = `Java ${chosen.version} is in ${chosen.home}`;
  if (existsSync(folder)) return { way, sentence: `${said}; Elasticsearch ${version} is in ${folder}.` };
  if (spawnSync('mvn', ['--version'], { env }).status === 0)
    return { way, sentence: `${said}; Maven will fetch Elasticsearch ${version} once (about 130 MB).` };
  return { sentence: `${said}, but there is no Maven (mvn) to fetch Elasticsearch ${version}.` };
}

const needs = (major: Major): readonly string[] => [
  'Elasticsearch is needed. Any one of these will do:',
  '  Docker: start its engine until `docker info` answers.',
  `  Java ${VERSIONS[major].java}+ and Maven: \`apt-get install openjdk-${VERSIONS[major].java}-jdk-headless maven\` (Debian 13, Ubuntu 24.04), \`brew install openjdk maven\` (macOS).`,
  '  A server of yours: ELASTICSEARCH_URL=http://127.0.0.1:9200',
];

export function redact(value: string): string {
  return URL.canParse(value) ? new URL(value).origin : 'a URL that can not be read';
}
