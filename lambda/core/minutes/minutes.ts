import { MINUTE } from '../time.ts';

/** Whole UTC minutes, or a part of one: `[from, to)`, milliseconds. */
export interface Minutes {
  readonly from: number;
  readonly to: number;
}

/** Minutes with rows are compared first, those without are sent. */
export type Pass = 'comparing' | 'sending';

/** The one minute that begins at `from`. */
export function minuteFrom(from: number): Minutes {
  return { from, to: from + MINUTE };
}

/** When each of them begins. */
export function beginnings({ from, to }: Minutes): readonly number[] {
  return Array.from({ length: Math.ceil((to - from) / MINUTE) }, (_, at) => from + at * MINUTE);
}

/** Where the minutes end, from the first on, for which `holds` is true. */
export function leading({ from, to }: Minutes, holds: (minute: number) => boolean): number {
  let minute = from;
  while (minute < to && holds(minute)) minute += MINUTE;
  return minute;
}

/** By what a minute is judged, each by its hash. */
export interface JudgedBy {
  readonly policy: string;
  /** Decides the ids and places of the documents. */
  readonly naming: string;
}
