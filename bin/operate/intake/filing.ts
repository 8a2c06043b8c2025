import { eventTime } from '../../../lambda/core/document/event-time.ts';
import { isObject, type JsonObject, parseJson } from '../../../lambda/core/json.ts';
import { parseTime } from '../../../lambda/core/time.ts';

/**
 * Gives the lines of one file the time that they are filed under, where nobody else has: an event's own where that can
 * be. A line without one goes by the line before it, the first by when the file was written: so a file read again
 * gives the same.
 */
export class Filing {
  readonly #written: () => number;
  readonly #now: number;
  #last: number | undefined;

  /**
   * `written`: when the file was written last, milliseconds, as far as it says. `last`: of the line before the first,
   * where a file is read on. `now`: when the reading began. An event that is much later than both has a wrong clock;
   * one that is later than `written` alone lies in a file whose date somebody has set.
   */
  constructor(written: () => number, last?: number, now = Number.NEGATIVE_INFINITY) {
    this.#written = written;
    this.#last = last;
    this.#now = now;
  }

  /** The time of the last event that had one; undefined: none had. Kept beside how far the file was read. */
  get last(): number | undefined {
    return this.#last;
  }

  /** Of the next line, milliseconds. */
  timeOf(text: string): number {
    const own = ownTime(text, Math.max(this.#written(), this.#now));
    if (own !== undefined) this.#last = own;
    return this.#last ?? this.#written();
  }
}

/**
 * An event's own time, by the rule of its document; undefined: it has none, or one that can't be. `written`: when its
 * line was written at the latest, milliseconds.
 */
export function ownTime(text: string, written: number): number | undefined {
  const times = timesAtTheEnd(text) ?? timesIn(text);
  const isTold =
    times !== undefined &&
    ['stageTimestamp', 'requestReceivedTimestamp'].some((key) => parseTime(times[key]) !== undefined);
  if (!isTold) return undefined;
  const { time, clock } = eventTime(times, written);
  return clock ? undefined : time;
}

const STAGE = '"stageTimestamp":"';
/** What the API server writes behind it. Where no more is open at the text's end, the time is the event's own. */
const BEHIND = /^(?:,"annotations":\{(?:"(?:[^"\\]|\\.)*":"(?:[^"\\]|\\.)*",?)*\})?\}\s*$/;

/** Characters behind it that are looked at so; of more the whole event is read. */
const LONGEST_BEHIND = 8192;

/** Without reading all of it: events are long, and their times stand at the end. */
function timesAtTheEnd(text: string): JsonObject | undefined {
  const key = text.lastIndexOf(STAGE);
  if (key < 0) return undefined;
  const start = key + STAGE.length;
  if (text.length - start > LONGEST_BEHIND) return undefined;
  const end = text.indexOf('"', start);
  const stageTimestamp = text.slice(start, end);
  return end > 0 && parseTime(stageTimestamp) !== undefined && BEHIND.test(text.slice(end + 1))
    ? { stageTimestamp }
    : undefined;
}

function timesIn(text: string): JsonObject | undefined {
  const value = parseJson(text);
  return isObject(value) ? value : undefined;
}
