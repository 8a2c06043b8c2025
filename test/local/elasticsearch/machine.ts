import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder } from '../../support/folder.ts';

/** A temporary folder that others may enter. */
export function openFolder(): string {
  const folder = newFolder();
  chmodSync(folder, 0o755);
  return folder;
}

/** A machine whose PATH has these programs alone: name to script. */
export function machineWith(programs: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const folder = openFolder();
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(folder, name), script, { mode: 0o755 });
  }
  return { PATH: folder, XDG_CACHE_HOME: openFolder() };
}

/** A folder with a Java of each version, as `/usr/lib/jvm` is. */
export function javasOf(...versions: readonly string[]): string {
  const folder = openFolder();
  for (const version of versions) {
    mkdirSync(join(folder, version, 'bin'), { recursive: true });
    writeFileSync(join(folder, version, 'bin', 'java'), '#!/bin/sh\n', { mode: 0o755 });
    writeFileSync(join(folder, version, 'release'), `IMPLEMENTOR="Some"\nJAVA_VERSION="${version}"\n`);
  }
  return folder;
}
