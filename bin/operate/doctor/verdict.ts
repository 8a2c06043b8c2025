import { faultOf, isDenied, isPassing, stoppedBy } from '../../../lambda/edges/aws-error.ts';

/** `not checked`: the credentials at hand may not ask, or what would be asked is not there; no failure. */
export type State = 'ok' | 'wrong' | 'not checked';

export interface Verdict {
  readonly state: State;
  /** One line: what was found; of what is wrong also what to do; of what was not checked why. Holds no secret. */
  readonly message: string;
}

export const WAY = 'check the way there (VPC, proxy, firewall)';

export const ok = (message: string): Verdict => ({ state: 'ok', message });
export const wrong = (message: string): Verdict => ({ state: 'wrong', message });
export const notChecked = (message: string): Verdict => ({ state: 'not checked', message });

/** What an SDK's error says of a check: `doing` completes "AWS refuses to …". */
export function awsRefusal(error: unknown, privilege: string, doing: string, missing: string): Verdict {
  if (isDenied(error)) return notChecked(`needs ${privilege}`);
  const { name } = faultOf(error);
  if (/^Unknown(Operation|Action)/.test(name)) return notChecked('this endpoint does not know the call');
  if (isPassing(error))
    return wrong(`AWS does not answer when asked to ${doing} (${oneLine(faultOf(error).message)}): ${WAY}.`);
  return wrong(oneLine(stoppedBy(error, doing, missing).message));
}

export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** `3 h`, `12 min`, `40 s`. */
export function spanText(seconds: number): string {
  if (seconds >= 2 * 86_400) return `${Math.floor(seconds / 86_400)} days`;
  if (seconds >= 2 * 3600) return `${Math.floor(seconds / 3600)} h`;
  return seconds >= 120 ? `${Math.floor(seconds / 60)} min` : `${Math.round(seconds)} s`;
}
