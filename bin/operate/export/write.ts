import { existsSync } from 'node:fs';
import { open, rename, rm, writeFile } from 'node:fs/promises';
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

/** Writes export and manifest. A file of its name is a whole one: while it grows it ends in `.part`. */
export async function writeExport(exported: Export, file: string): Promise<ExportManifest> {
  const part = `${file}.part`;
  await rm(part, { force: true });
  const handle = await open(part, 'wx', MODE);
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

export function manifestText(manifest: ExportManifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
