import { WrongUse } from '../../lib/problems/usage.ts';
import { type LogState, readState } from '../operate/follow/state.ts';

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
