import type { MinuteSums } from '../ledger/counts.ts';
import { MINUTE } from '../time.ts';
import type { Minutes } from './checkpoint.ts';
import { firstPart, type MinuteInParts, partsOf, smallerSpan } from './part.ts';
import { nextStep, type Outlook, PART_BYTES, type PassKind, type Step } from './step.ts';

/** How much is read at once: about `partBytes`, judged by what the reads before were like. */
export class Stride {
  /** Bytes. */
  readonly partBytes: number;
  /** What the minutes sent before held. */
  #bytesPerMinute: number | undefined;
  /** Minutes at once: one at first, so that each run gets further whatever it meets, and then what is twice as many. */
  #most = 1;

  /** Default: about eight pages. */
  constructor(partBytes = PART_BYTES) {
    this.partBytes = partBytes;
  }

  /** `rows`: of the minutes due, and of the one before where there is one. */
  next(outlook: Omit<Outlook, 'bytesPerMinute' | 'most' | 'partBytes'>): Step {
    const before = outlook.rows.get(outlook.due.from - MINUTE)?.bytes ?? 0;
    const bytesPerMinute = this.#bytesPerMinute ?? before;
    return nextStep({ ...outlook, bytesPerMinute, most: this.#most, partBytes: this.partBytes });
  }

  /** A read of `span` milliseconds that finds more bytes than this gives up. */
  tooMuch(span: number): number {
    return span === 1 ? Number.POSITIVE_INFINITY : 2 * this.partBytes;
  }

  /** These minutes were sent: what they held is what the next without rows are thought to hold. */
  sent(minutes: Minutes, bytes: number): void {
    this.#bytesPerMinute = (bytes * MINUTE) / (minutes.to - minutes.from);
    this.compared(minutes);
  }

  compared({ from, to }: Minutes): void {
    this.#most = Math.max(this.#most, (2 * (to - from)) / MINUTE);
  }

  /** A read of these minutes gave up: one minute is next, or, where it was one, that minute in parts. */
  gaveUp({ from, to }: Minutes, how: PassKind, found: MinuteSums, now: number): MinuteInParts | undefined {
    const covered = Math.max(MINUTE, found.newest - from);
    this.#bytesPerMinute = (found.bytes * MINUTE) / covered;
    this.#most = 1;
    return to - from > MINUTE ? undefined : firstPart(from, how, smallerSpan(from, MINUTE, found.newest), now);
  }

  /** The minute in parts, where it is known to hold more than is read at once. */
  inParts(minute: number, how: PassKind, bytes: number, now: number): MinuteInParts | undefined {
    return partsOf(minute, how, bytes, this.partBytes, now);
  }
}
