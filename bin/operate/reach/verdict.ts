import { Stopped } from '../../../lambda/core/stopped.ts';
import { isoTime } from '../../../lambda/core/time.ts';
import { faultOf, isDenied, isPassing, stoppedBy } from '../../../lambda/edges/aws-error.ts';

/**
 * `differs`: from what is written here, which may be meant. `not checked`: the credentials at hand may not ask, or what
 * would be asked is not there. `not known`: nobody has written it down. None of them is a failure.
 */
export type State = 'ok' | 'wrong' | 'differs' | 'not checked' | 'not known';

export interface Verdict {
  readonly state: State;
  /** One line: what was found; of what is wrong also what to do; of what was not checked why. Holds no secret. */
  readonly message: string;
  /** The same for programs. */
  readonly facts?: object;
}

export const WAY = 'check the way there (VPC, proxy, firewall)';

export const ok = told('ok');
export const wrong = told('wrong');
export const differs = told('differs');
export const notChecked = told('not checked');
export const notKnown = told('not known');

function told(state: State) {
  return (message: string, facts?: object): Verdict => ({ state, message, ...(facts === undefined ? {} : { facts }) });
}

/** What an SDK's error says of a check: `doing` completes "AWS refuses to …". */
export function awsRefusal(error: unknown, privilege: string, doing: string, missing: string): Verdict {
  if (isDenied(error)) return notChecked(`needs ${privilege}`);
  const { name } = faultOf(error);
  if (/^Unknown(Operation|Action)/.test(name)) return notChecked('this endpoint does not know the call');
  if (isPassing(error))
    return wrong(`AWS does not answer when asked to ${doing} (${oneLine(faultOf(error).message)}): ${WAY}.`);
  return wrong(oneLine(stoppedBy(error, doing, missing).message));
}

/** The same of a service that no run needs itself: that it can't be reached from here hinders nothing. */
export function asideRefusal(service: string, error: unknown, privilege: string, doing: string): Verdict {
  if (isPassing(error)) return notChecked(`${service} does not answer`);
  return awsRefusal(error, privilege, doing, `${service} knows nothing of it`);
}

/** What a reader of the table's items meets. */
export function tableRefusal(table: string, error: unknown): Verdict {
  if (isTableMissing(error)) return notChecked(`there is no table ${table}`);
  const missing = `There is no table ${table}`;
  return awsRefusal(causeOf(error), 'dynamodb:GetItem and dynamodb:Query', `read the table ${table}`, missing);
}

export function isTableMissing(error: unknown): boolean {
  return faultOf(causeOf(error)).name === 'ResourceNotFoundException';
}

function causeOf(error: unknown): unknown {
  return error instanceof Stopped ? error.cause : error;
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

/** `2 min ago (12:02 UTC)`. */
export function agoText(time: number, now: number): string {
  return `${spanText(Math.max(0, now - time) / 1000)} ago (${clockText(time, now)})`;
}

/** `12:02 UTC`; of another day with its date. */
export function clockText(time: number, now: number): string {
  const [day, clock = ''] = isoTime(time).split('T');
  const today = isoTime(now).split('T')[0];
  return `${day === today ? '' : `${day} `}${clock.slice(0, 5)} UTC`;
}
