import { existsSync } from 'node:fs';
import { type FileHandle, open, rename, rm, writeFile } from 'node:fs/promises';
import { WrongUse } from '../../../lib/problems/usage.ts';
import type { Export, ExportManifest } from '../../../review/query/export.ts';

/** For the owner alone: an audit log tells of everybody. */
const MODE = 0o600;

export function manifestName(file: string): string {
  return `${file}.manifest.json`;
}

/** Throws `WrongUse` where a file is there already: nothing is overwritten. */
export function refuseTaken(file: string): void {
  const taken = [file, manifestName(file)].find((each) => existsSync(each));
  if (taken !== undefined) throw new WrongUse(`${taken} is there already: name another file with --output.`);
}

/** Writes export and manifest. Throws `WrongUse` where no file can be made. A file of its name is a whole one: while it grows it ends in `.part`. */
export async function writeExport(exported: Export, file: string): Promise<ExportManifest> {
  const part = `${file}.part`;
  const handle = await begun(part);
  try {
    for await (const chunk of exported.chunks) await handle.write(chunk);
    await handle.sync();
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  const manifest = exported.manifest();
  await writeFile(manifestName(file), manifestText(manifest), { mode: MODE, flag: 'wx' });
  await rename(part, file);
  return manifest;
}

async function begun(part: string): Promise<FileHandle> {
  try {
    await rm(part, { force: true });
    return await open(part, 'wx', MODE);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const why = code === 'ENOENT' ? 'its folder is not there' : `it can’t be written (${code})`;
    throw new WrongUse(`${part}: ${why}. Name another file with --output.`, { cause: error });
  }
}

export function manifestText(manifest: ExportManifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
