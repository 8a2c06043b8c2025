import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Certificate } from './certificate.ts';

export type SettingValue = string | number | boolean;

export interface User {
  readonly name: string;
  /** Six characters at least: Elasticsearch refuses shorter ones. */
  readonly password: string;
  readonly roles: readonly string[];
}

export interface Security {
  readonly users: readonly User[];
  /** Role descriptors as the API takes them, by name. */
  readonly roles: Readonly<Record<string, unknown>>;
}

export interface Configuration {
  readonly home: string;
  readonly settings: Readonly<Record<string, SettingValue>>;
  readonly security: Security | undefined;
  readonly certificate: Certificate | undefined;
  /** An unpacked distribution whose Java options are taken; undefined: the image brings its own. */
  readonly distribution: string | undefined;
}

const OWN_ROLE = 'stand_in_launcher';

/** Who the launcher is when it asks whether the server is ready. */
export interface Launcher {
  readonly name: string;
  readonly password: string;
}

/** Writes the server's configuration folder anew; undefined: the server asks nobody for a password. */
export function writeConfiguration(configuration: Configuration): Launcher | undefined {
  const { home, settings, security, certificate, distribution } = configuration;
  const folder = join(home, 'config');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const all = { ...basics(security, certificate), ...settings };
  write('elasticsearch.yml', stringify(all));
  if (distribution !== undefined) writeJavaOptions(distribution, folder);
  if (certificate !== undefined) {
    write('ca.pem', certificate.ca);
    write('cert.pem', certificate.cert);
    write('key.pem', certificate.key);
  }
  if (security === undefined) return undefined;
  const launcher = { name: OWN_ROLE, password: randomBytes(12).toString('hex') };
  writeUsers(write, [...security.users, { ...launcher, roles: [OWN_ROLE] }]);
  write('roles.yml', stringify({ ...security.roles, [OWN_ROLE]: { cluster: ['monitor'] } }));
  return launcher;
}

function basics(security: Security | undefined, certificate: Certificate | undefined): Record<string, SettingValue> {
  const settings: Record<string, SettingValue> = {
    'cluster.name': 'stand-in',
    'node.name': 'stand-in',
    'discovery.type': 'single-node',
    'cluster.routing.allocation.disk.threshold_enabled': false,
    'xpack.security.enabled': security !== undefined || certificate !== undefined,
  };
  if (certificate !== undefined) {
    settings['xpack.security.http.ssl.enabled'] = true;
    settings['xpack.security.http.ssl.key'] = 'key.pem';
    settings['xpack.security.http.ssl.certificate'] = 'cert.pem';
  }
  // TLS comes with security only: without users everybody may do everything.
  if (certificate !== undefined && security === undefined) {
    settings['xpack.security.authc.anonymous.roles'] = 'superuser';
  }
  return settings;
}

/** The version's own options, less those that write files of their own; the log goes to the console alone. */
function writeJavaOptions(distribution: string, folder: string): void {
  const source = join(distribution, 'config');
  const options = readFileSync(join(source, 'jvm.options'), 'utf8').split('\n');
  const kept = options.filter((line) => !/-Xlog:|HeapDump|ErrorFile/.test(line));
  writeFileSync(join(folder, 'jvm.options'), kept.join('\n'));
  writeFileSync(join(folder, 'log4j2.properties'), LOG);
  for (const name of ['role_mapping.yml', 'users', 'users_roles'])
    if (existsSync(join(source, name))) copyFileSync(join(source, name), join(folder, name));
}

const LOG = `status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
`;

/**
 * The file realm's two files, hashed as Elasticsearch's PBKDF2 has it: its own tool starts a Java for each user, and
 * its default, bcrypt, is not in Node.
 */
function writeUsers(write: (name: string, text: string) => void, users: readonly User[]): void {
  write('users', users.map(({ name, password }) => `${name}:${hash(password)}\n`).join(''));
  const roles = [...new Set(users.flatMap((user) => user.roles))];
  const holders = (role: string): string =>
    users
      .filter((user) => user.roles.includes(role))
      .map(({ name }) => name)
      .join(',');
  write('users_roles', roles.map((role) => `${role}:${holders(role)}\n`).join(''));
}

function hash(password: string): string {
  const salt = randomBytes(32);
  const key = pbkdf2Sync(password, salt, 10_000, 32, 'sha512');
  return `{PBKDF2}10000$${salt.toString('base64')}$${key.toString('base64')}`;
}
