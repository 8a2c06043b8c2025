import { type Checkpoint, cursor, lag, withAges } from '../../../lambda/core/minutes/checkpoint.ts';
import { isoTime } from '../../../lambda/core/time.ts';
import { thresholdsOf } from '../../../lib/stack/thresholds.ts';
import { clockText, notChecked, notKnown, ok, spanText, type Verdict, wrong } from './verdict.ts';

/** How far a cluster has been read. */
export interface Standing {
  /** undefined: nothing was ever read. */
  readonly checkpoint: Checkpoint | undefined;
  /** Seconds, increasing, the first 0. */
  readonly ages: readonly number[];
  readonly fetchInterval: number;
  readonly now: number;
}

export function frontierVerdict({ checkpoint, ages, fetchInterval, now }: Standing): Verdict {
  if (checkpoint === undefined) return notChecked('nothing was ever read');
  const seconds = lag(checkpoint, [0], now) / 1000;
  const frontier = cursor(withAges(checkpoint, ages, now), 0);
  const limit = thresholdsOf({ fetchInterval }).frontierLag;
  const facts = { at: isoTime(frontier), lag: Math.round(seconds), limit };
  const text = `${spanText(seconds)} behind now (${clockText(frontier, now)})`;
  return seconds <= limit ? ok(`${text}.`, facts) : wrong(`${text}: more than ${spanText(limit)}.`, facts);
}

/** Of the looks after the first. */
export function revisitVerdict({ checkpoint, ages, fetchInterval, now }: Standing): Verdict {
  if (checkpoint === undefined) return notKnown('nothing was ever read');
  const [, ...revisits] = ages;
  const seconds = lag(withAges(checkpoint, ages, now), revisits, now) / 1000;
  const limit = thresholdsOf({ fetchInterval }).revisitLag;
  const facts = { lag: Math.round(seconds), limit };
  const text = `The most overdue one has waited for ${spanText(seconds)}`;
  return seconds <= limit ? ok(`${text}.`, facts) : wrong(`${text}: more than ${spanText(limit)}.`, facts);
}
