import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Identity, reaches } from '../process/identity.ts';

export interface Java {
  readonly home: string;
  readonly version: number;
}

const JVM_FOLDERS: readonly string[] = [
  '/usr/lib/jvm',
  '/Library/Java/JavaVirtualMachines',
  '/usr/local/opt',
  '/opt/homebrew/opt',
];

/** Every Java of this machine that the server's user can run, JAVA_HOME first, the others oldest first. */
export function findJava(
  identity: Identity,
  env: NodeJS.ProcessEnv,
  folders: readonly string[] = JVM_FOLDERS,
): readonly Java[] {
  const named = javaAt(env.JAVA_HOME);
  const others = [...folders.flatMap(javasBelow), ...javaInPath(env)].sort((a, b) => a.version - b.version);
  const all = named === undefined ? others : [named, ...others];
  return all.filter(({ home }) => reaches(identity, join(home, 'bin', 'java')));
}

function javasBelow(folder: string): readonly Java[] {
  if (!existsSync(folder)) return [];
  const homes = readdirSync(folder).flatMap((name) => [
    join(folder, name),
    join(folder, name, 'Contents', 'Home'),
    join(folder, name, 'libexec', 'openjdk.jdk', 'Contents', 'Home'),
  ]);
  return homes.map(javaAt).filter((java) => java !== undefined);
}

/** A Java's folder says its version in the file `release`; to start each one would take a second. */
function javaAt(home: string | undefined): Java | undefined {
  if (home === undefined || !existsSync(join(home, 'bin', 'java')) || !existsSync(join(home, 'release'))) return;
  const version = majorOf(/^JAVA_VERSION="(.+?)"/m.exec(readFileSync(join(home, 'release'), 'utf8'))?.[1]);
  return version === undefined ? undefined : { home, version };
}

/** macOS has a `java` that only points to the real one, so it is asked where it lives. */
function javaInPath(env: NodeJS.ProcessEnv): readonly Java[] {
  const said = spawnSync('java', ['-XshowSettings:properties', '-version'], { env, encoding: 'utf8' }).stderr ?? '';
  const home = /java\.home = (.+)/.exec(said)?.[1]?.trim();
  const version = majorOf(/java\.version = (.+)/.exec(said)?.[1]?.trim());
  return home === undefined || version === undefined ? [] : [{ home, version }];
}

function majorOf(version: string | undefined): number | undefined {
  const major = Number.parseInt((version ?? '').replace(/^1\./, ''), 10);
  return Number.isNaN(major) ? undefined : major;
}
