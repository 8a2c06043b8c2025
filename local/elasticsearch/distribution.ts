import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { artifact, type Major, VERSIONS } from './versions.ts';

const run = promisify(execFile);

/** Where a version lies once it is there in full. */
export const unpacked = (cache: string, major: Major): string =>
  join(cache, `elasticsearch-${VERSIONS[major].version}`);

/**
 * Fetches and unpacks a version once, and gives its folder. Unpacked beside it and renamed: two processes may do it at
 * once, and one that is killed leaves no half of it behind.
 */
export async function fetchDistribution(cache: string, major: Major, env: NodeJS.ProcessEnv): Promise<string> {
  const folder = unpacked(cache, major);
  if (existsSync(folder)) return folder;
  const temporary = await mkdtemp(join(cache, '.unpack-'));
  try {
    await unpack(major, temporary, env);
    await rename(join(temporary, 'out', `elasticsearch-${VERSIONS[major].version}`), folder).catch((error) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return folder;
}

async function unpack(major: Major, folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const out = join(folder, 'out');
  const goal = ['dependency:unpack', `-Dartifact=${artifact(major)}`, `-DoutputDirectory=${out}`];
  try {
    await run('mvn', ['--batch-mode', ...goal], { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const said = error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error);
    const lines = said.split('\n').filter((line) => line.includes('ERROR'));
    throw new Error(`Maven could not fetch ${artifact(major)}:\n${lines.slice(0, 5).join('\n') || said}`);
  }
}
