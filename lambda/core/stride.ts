import type { Minutes } from './checkpoint.ts';
import type { MinuteSums } from './minutes.ts';
import { firstPart, type MinuteInParts, smallerSpan } from './part.ts';
import { nextStep, type Outlook, PART_BYTES, type Step } from './plan.ts';
import { MINUTE } from './time.ts';

/** How much is read at once: about `partBytes`, judged by what the reads before were like. */
export class Stride {
  readonly #partBytes: number;
  #last = { minutes: 0, bytesPerMinute: 0 };

  /** Default: about eight pages. */
  constructor(partBytes = PART_BYTES) {
    this.#partBytes = partBytes;
  }

  /** `rows`: of the minutes due, and of the one before where there is one. */
  next(outlook: Omit<Outlook, 'bytesPerMinute' | 'previous' | 'partBytes'>): Step {
    const { minutes, bytesPerMinute } = this.#last;
    const before = outlook.rows.get(outlook.due.from - MINUTE)?.bytes ?? 0;
    return nextStep({
      ...outlook,
      bytesPerMinute: minutes === 0 ? Math.max(before, bytesPerMinute) : bytesPerMinute,
      previous: minutes,
      partBytes: this.#partBytes,
    });
  }

  /** A read of `span` milliseconds that finds more bytes than this gives up. */
  tooMuch(span: number): number {
    return span === 1 ? Number.POSITIVE_INFINITY : 2 * this.#partBytes;
  }

  /** These minutes were read in full. */
  took({ from, to }: Minutes, bytes: number): void {
    const minutes = (to - from) / MINUTE;
    this.#last = { minutes, bytesPerMinute: bytes / minutes };
  }

  /** A read of these minutes gave up: one minute is next, or, where it was one, that minute in parts. */
  gaveUp({ from, to }: Minutes, how: MinuteInParts['how'], found: MinuteSums, now: number): MinuteInParts | undefined {
    const covered = Math.max(MINUTE, found.newest - from);
    this.#last = { minutes: 0, bytesPerMinute: (found.bytes * MINUTE) / covered };
    return to - from > MINUTE ? undefined : firstPart(from, how, smallerSpan(from, MINUTE, found.newest), now);
  }

  /** The minute in parts, where it is known to hold more than is read at once. */
  inParts(minute: number, how: MinuteInParts['how'], bytes: number, now: number): MinuteInParts | undefined {
    return bytes > this.#partBytes ? firstPart(minute, how, (MINUTE * this.#partBytes) / bytes, now) : undefined;
  }
}
