import type { Line } from '../line.ts';
import { floorMinute } from '../time.ts';
import { addDigests, digestOf } from './digest.ts';
import { NOTHING, type Sums } from './row.ts';

/** What became of a line, as its minute's row counts it. */
export type Fate =
  | { readonly kind: 'kept' }
  | { readonly kind: 'dropped'; readonly by: string }
  | { readonly kind: 'parked'; readonly why: string }
  | { readonly kind: 'duplicate' };

type Mutable = { -readonly [K in keyof Sums]: Sums[K] };

/** Counts lines by the minute they are filed under. */
export class MinuteSums {
  readonly #sums = new Map<number, Mutable>();
  bytes = 0;
  /** The latest time a line is filed under; 0 before any. */
  newest = 0;

  of(minute: number): Sums {
    return this.#sums.get(minute) ?? NOTHING;
  }

  found(line: Line): void {
    const sums = this.#at(line);
    const bytes = Buffer.byteLength(line.message);
    sums.lines += 1;
    sums.bytes += bytes;
    sums.digest = addDigests(sums.digest, digestOf(line.eventId));
    this.bytes += bytes;
    this.newest = Math.max(this.newest, line.timestamp);
  }

  settled(line: Line, fate: Fate): void {
    const sums = this.#at(line);
    switch (fate.kind) {
      case 'kept':
        sums.kept += 1;
        break;
      case 'dropped':
        sums.dropped = { ...sums.dropped, [fate.by]: (sums.dropped[fate.by] ?? 0) + 1 };
        break;
      case 'parked':
        sums.parked = { ...sums.parked, [fate.why]: (sums.parked[fate.why] ?? 0) + 1 };
        if (fate.why === 'truncated') sums.truncated += 1;
        break;
      case 'duplicate':
        sums.duplicates += 1;
        break;
    }
  }

  #at({ timestamp }: Line): Mutable {
    const minute = floorMinute(timestamp);
    const sums = this.#sums.get(minute) ?? { ...NOTHING };
    this.#sums.set(minute, sums);
    return sums;
  }
}
