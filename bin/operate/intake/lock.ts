import { hostname } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Level } from 'level';
import { WrongUse } from '../../../lib/problems/usage.ts';
import { makeFolder, readIfThere, writeDurably } from './state-file.ts';

/** The right to a folder of state. */
export interface Lock {
  release(): Promise<void>;
}

/**
 * Takes the folder for this process, and makes it where there is none. The system gives it free when the process ends,
 * however it does: numbers of processes say nothing where they come from several containers. Throws `WrongUse` where
 * another has it. `state`: the folder that somebody named.
 */
export async function lockFolder(folder: string, now: Date, state = folder): Promise<Lock> {
  const place = join(folder, 'lock');
  await makeFolder(place);
  const lock = new Level(place);
  const holder = join(folder, 'holder');
  try {
    await lock.open();
  } catch (error) {
    if (!(error instanceof Error && /LEVEL_LOCKED/.test(inspect(error.cause)))) throw error;
    const who = (await readIfThere(holder)) ?? 'another process';
    throw new WrongUse(`--state ${state}: ${who} uses this folder. End it first, or name another folder.`);
  }
  await writeDurably(holder, `Process ${process.pid} on ${hostname()} (since ${now.toISOString()})`);
  return { release: () => lock.close() };
}
