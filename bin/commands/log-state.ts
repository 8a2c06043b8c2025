import { WrongUse } from '../../lib/problems/usage.ts';
import { totalOf } from '../operate/follow/position.ts';
import { type LogState, readState } from '../operate/follow/state.ts';
import type { PassedOn } from '../operate/status/followed.ts';

/** What `follow` or `receive` keeps in a folder; undefined: it is no such folder. Throws `WrongUse` where nobody may look. */
export async function logStateIn(folder: string): Promise<LogState | undefined> {
  try {
    return await readState(folder);
  } catch (error) {
    if (error instanceof WrongUse || !(error instanceof Error && 'code' in error)) throw error;
    const message = `It can't be read (${error.code}): name a folder that you may read, or become who has made it.`;
    throw WrongUse.of([{ path: `--state ${folder}`, message }]);
  }
}

/** All that it says of what was passed on. */
export async function passedOnIn(folder: string): Promise<PassedOn | undefined> {
  const state = await logStateIn(folder);
  if (state === undefined) return undefined;
  const { log, began, position } = state;
  return { ...totalOf(position), log, began, removals: position.removals };
}
