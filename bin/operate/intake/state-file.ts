import { constants } from 'node:fs';
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a small file so that after a crash or a loss of power it is there whole, as it was or as it is to be: done when
 * both its bytes and its name are on disk.
 */
export async function writeDurably(path: string, text: string): Promise<void> {
  const temporary = `${path}.new`;
  const file = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

/** After it the names in a folder are on disk. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Makes a folder for this user alone where there is none, and those above it: done when all their names are on disk.
 * Node's own way never ends where the system says of a folder that is there that there is none, as /proc does.
 */
export async function makeFolder(path: string, sync = syncFolder): Promise<void> {
  const above = dirname(path);
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (await isFolder(path)) return;
    // The second time it is there, or is what can't be made.
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT') || (await isFolder(above))) throw error;
    await makeFolder(above, sync);
    return makeFolder(path, sync);
  }
  await sync(above);
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() === true;
}

/** undefined: there is no such file. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
