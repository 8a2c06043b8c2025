import type { FoundByMinute } from '../ledger/counts.ts';
import { MINUTE } from '../time.ts';
import type { Minutes, Pass } from './minutes.ts';
import { firstPart, type MinuteInParts, partsOf, smallerSpan } from './part.ts';
import { nextStep, nextToSend, PART_BYTES, type SizeInput, type Step } from './step.ts';

type Due = Omit<SizeInput, 'bytesPerMinute' | 'most' | 'partBytes'>;

/** So many times what is read at once is the most that a read takes. */
const MOST_PARTS = 4;

/** How much is read at once: about `partBytes`, by what the reads before have found. */
export class ReadSize {
  /** Bytes. */
  readonly partBytes: number;
  /** What the minutes sent before held. */
  #bytesPerMinute: number | undefined;
  /** The most minutes to read at once. It begins at one, so that each run gets further; each full read doubles it. */
  #mostMinutes = 1;

  /** Default: about eight pages. */
  constructor(partBytes = PART_BYTES) {
    this.partBytes = partBytes;
  }

  /** What an age reads next. `rows`: of the minutes due, and of the one before where there is one. */
  next(age: number, due: Due): Step {
    return nextStep(age, this.#input(due));
  }

  /** What is sent next, whatever the rows say. */
  nextToSend(due: Due): ReturnType<typeof nextToSend> {
    return nextToSend(this.#input(due));
  }

  #input(due: Due): SizeInput {
    const before = due.rows.get(due.due.from - MINUTE)?.bytes ?? 0;
    return {
      ...due,
      bytesPerMinute: this.#bytesPerMinute ?? before,
      most: this.#mostMinutes,
      partBytes: this.partBytes,
    };
  }

  /**
   * Whether a read of this range gives up, to be begun anew and smaller: where four times what is read at once was found,
   * or is to be expected by how far the lines seen reach. With less to come it is cheaper to go on than to read all of it
   * again.
   */
  isTooMuch({ from, to }: Minutes, { bytes, newest }: Pick<FoundByMinute, 'bytes' | 'newest'>): boolean {
    if (to - from === 1 || bytes <= this.partBytes) return false;
    const covered = Math.max(1, newest - from);
    return Math.max(bytes, (bytes * (to - from)) / covered) > MOST_PARTS * this.partBytes;
  }

  /** These minutes were sent: what they held is what the next without rows are thought to hold. */
  sent(minutes: Minutes, bytes: number): void {
    this.#bytesPerMinute = (bytes * MINUTE) / (minutes.to - minutes.from);
    this.readInFull(minutes);
  }

  /** These minutes were read in full. */
  readInFull({ from, to }: Minutes): void {
    this.#mostMinutes = Math.max(this.#mostMinutes, (2 * (to - from)) / MINUTE);
  }

  /** A read of these minutes gave up: one minute is next, or, where it was one, that minute in parts. */
  gaveUp(
    { from, to }: Minutes,
    how: Pass,
    found: Pick<FoundByMinute, 'bytes' | 'newest'>,
    now: number,
  ): MinuteInParts | undefined {
    const covered = Math.max(MINUTE, found.newest - from);
    this.#bytesPerMinute = (found.bytes * MINUTE) / covered;
    this.#mostMinutes = 1;
    return to - from > MINUTE ? undefined : firstPart(from, how, smallerSpan(from, MINUTE, found.newest), now);
  }

  /** The minute in parts, where it is known to hold more than is read at once. */
  inParts(minute: number, how: Pass, bytes: number, now: number): MinuteInParts | undefined {
    return partsOf(minute, how, bytes, this.partBytes, now);
  }
}
