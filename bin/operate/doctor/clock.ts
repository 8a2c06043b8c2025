import { notChecked, ok, type Verdict, wrong } from '../reach/verdict.ts';

/** What a run tolerates too. */
const TOLERATED = 30_000;

/** `theirs`: the Date header of an answer that came at `ours`, milliseconds. */
export function clockVerdict(whose: string, theirs: number | undefined, ours: number): Verdict {
  if (theirs === undefined) return notChecked(`no answer of ${whose} had a Date header`);
  const seconds = Math.round((ours - theirs) / 1000);
  const apart = `${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead of'} that of ${whose}`;
  if (Math.abs(ours - theirs) <= TOLERATED) return ok(`Ours is ${apart}.`);
  return wrong(`Ours is ${apart}, and 30 s are tolerated: set this machine's clock right (NTP).`);
}
