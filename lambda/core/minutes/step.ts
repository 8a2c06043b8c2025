import { ageOf, type Row } from '../ledger/row.ts';
import { MINUTE } from '../time.ts';
import { leading, type Minutes, type Pass } from './minutes.ts';
import { type MinuteInParts, partsOf } from './part.ts';

/** About eight pages: what is read at once, sent, and then saved. A read that finds far more gives up. */
export const PART_BYTES = 8 * 1024 * 1024;

/** What an age does next with the minutes that are due. */
export type Step =
  /** Their rows say that they were read old enough, by whatever age's read. */
  | { readonly kind: 'pass over'; readonly minutes: Minutes }
  /** Whole minutes. */
  | { readonly kind: 'minutes'; readonly how: Pass; readonly minutes: Minutes }
  /** The next part of a minute too large for one read. */
  | { readonly kind: 'part'; readonly part: MinuteInParts };

/** All that the size of a read is chosen by. */
export interface SizeInput {
  readonly due: Minutes;
  /** By minute; those of the minutes due that there are. */
  readonly rows: ReadonlyMap<number, Row>;
  /** Where the first of the minutes due is being read in parts. */
  readonly part: MinuteInParts | undefined;
  /** What a minute without a row is thought to hold. */
  readonly bytesPerMinute: number;
  /** How many minutes are read at once at most. */
  readonly most: number;
  readonly now: number;
  /** What is read at once. */
  readonly partBytes: number;
}

/** What an age reads next of the minutes that are due to it. */
export function nextStep(age: number, input: SizeInput): Step {
  const { due, rows, part } = input;
  const isOldEnough = (minute: number) => {
    const row = rows.get(minute);
    return row !== undefined && ageOf(row) >= age;
  };
  const passed = leading(due, isOldEnough);
  if (passed > due.from && part?.minute !== due.from)
    return { kind: 'pass over', minutes: { from: due.from, to: passed } };
  const how = rows.has(due.from) ? 'comparing' : 'sending';
  return sized(input, how, (minute) => rows.has(minute) === rows.has(due.from) && !isOldEnough(minute));
}

/** What is sent next of these minutes, whatever their rows say. */
export function nextToSend(input: SizeInput): Exclude<Step, { kind: 'pass over' }> {
  return sized(input, 'sending', () => true);
}

/** The part that is next, or as many minutes from the first on as are `alike` and make about `partBytes` together. */
function sized(input: SizeInput, how: Pass, alike: (minute: number) => boolean): Exclude<Step, { kind: 'pass over' }> {
  const { due, part, most, now, partBytes } = input;
  if (part?.minute === due.from) return { kind: 'part', part };
  const first = partsOf(due.from, how, estimate(input, due.from), partBytes, now);
  if (first !== undefined) return { kind: 'part', part: first };
  const limit = due.from + most * MINUTE;
  let bytes = 0;
  const to = leading(due, (minute) => {
    bytes += estimate(input, minute);
    return minute === due.from || (alike(minute) && minute < limit && bytes <= partBytes);
  });
  return { kind: 'minutes', how, minutes: { from: due.from, to } };
}

function estimate({ rows, bytesPerMinute }: SizeInput, minute: number): number {
  return rows.get(minute)?.bytes ?? bytesPerMinute;
}
