import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type Identity, reachableFolder, reaches } from '../process/identity.ts';

const OWNER = 'belongs-to';

/**
 * The folder with the server's data, configuration and log: `server` below `directory`. A checkout below a folder that
 * the server's user can't enter (/root) has a link there, to a folder that it can.
 */
export function prepareHome(directory: string, identity: Identity): string {
  mkdirSync(directory, { recursive: true });
  const link = join(realpathSync(directory), 'server');
  const linked = lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  const home = linked || !reaches(identity, directory) ? elsewhere(link, identity) : link;
  for (const name of ['config', 'data', 'logs', 'tmp']) mkdirSync(join(home, name), { recursive: true });
  return writable(home);
}

export function giveTo(identity: Identity, home: string): void {
  if (identity.uid === undefined) return;
  const { status, stderr } = spawnSync('chown', ['-R', `${identity.uid}:${identity.gid}`, home], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${home} can't be given to the user that Elasticsearch runs as: ${stderr}`);
}

/** Removes the data too, wherever it lies. */
export function removeHome(directory: string): void {
  const link = join(directory, 'server');
  if (existsSync(link)) rmSync(realpathSync(link), { recursive: true, force: true });
  rmSync(directory, { recursive: true, force: true });
}

function elsewhere(link: string, identity: Identity): string {
  if (existsSync(link)) return realpathSync(link);
  const shared = reachableFolder(identity, '/var/lib', ['/var/tmp']);
  removeOrphans(shared);
  rmSync(link, { force: true });
  const home = join(shared, `elasticsearch-${randomUUID()}`);
  // The link first: a folder without one counts as left behind.
  symlinkSync(home, link);
  mkdirSync(home);
  writeFileSync(join(home, OWNER), link);
  return home;
}

/** Whoever removes a checkout or its state folder removes the link only; the data goes at the next start. */
function removeOrphans(shared: string): void {
  for (const name of readdirSync(shared)) {
    const home = join(shared, name);
    const owner = join(home, OWNER);
    if (existsSync(owner) && !pointsTo(readFileSync(owner, 'utf8'), home)) rmSync(home, { recursive: true });
  }
}

function pointsTo(link: string, home: string): boolean {
  return lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === true && readlinkSync(link) === home;
}

function writable(home: string): string {
  try {
    for (const path of [home, join(home, 'data')]) accessSync(path, constants.W_OK);
  } catch (cause) {
    const said = `${home} belongs to another user. Remove ${dirname(home)} as that user, or start as before.`;
    throw new Error(said, { cause });
  }
  return home;
}
