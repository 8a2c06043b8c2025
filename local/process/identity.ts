import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Whom the server runs as: Elasticsearch refuses root, so root lends it the user `nobody`. Empty: ourselves. */
export type Identity = { readonly uid: number; readonly gid: number } | Record<string, never>;

export function serverIdentity(): Identity {
  if (process.getuid?.() !== 0) return {};
  return { uid: idOf('-u'), gid: idOf('-g') };
}

function idOf(flag: '-u' | '-g'): number {
  const id = Number.parseInt(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout, 10);
  return Number.isNaN(id) ? 65534 : id;
}

/** Asked by trying: modes of parents, access lists and mount options all count. */
export function reaches(identity: Identity, path: string): boolean {
  if (identity.uid === undefined) return true;
  const asked = spawnSync('/bin/sh', ['-c', 'test -r "$1" && test -x "$1"', 'sh', path], { ...identity, cwd: '/' });
  return asked.status === 0;
}

/**
 * A folder of ours that the server's user can enter: below `preferred`, else (root's home is closed to others) below
 * the system's own folder of that kind.
 */
export function reachableFolder(identity: Identity, preferred: string, system: readonly string[]): string {
  const tried: string[] = [];
  for (const parent of [preferred, ...system]) {
    const folder = join(parent, 'eks-audit-forwarder');
    try {
      mkdirSync(folder, { recursive: true });
      if (identity.uid !== undefined) chmodSync(folder, 0o755);
      if (reaches(identity, folder)) return folder;
      tried.push(`${folder} can't be entered by the server's user`);
    } catch (error) {
      tried.push(`${folder}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(`No folder for Elasticsearch: ${tried.join('; ')}. Set XDG_CACHE_HOME to a folder that can be used.`);
}

/** Where unpacked distributions are kept. */
export function cacheFolder(identity: Identity, env: NodeJS.ProcessEnv): string {
  const own = env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache');
  return reachableFolder(identity, own, identity.uid === undefined ? [] : ['/var/cache', '/opt']);
}
