import { compare, countBefore, type Place, type Stored } from './timeline.ts';

export interface Lane {
  readonly name: string;
  /** In order. */
  readonly events: readonly Stored[];
}

/** An event and the stream it lies in. */
export interface Step {
  readonly event: Stored;
  readonly stream: string;
}

interface Cursor {
  readonly lane: Lane;
  next: number;
  readonly end: number;
}

export interface Way {
  readonly from: Place;
  readonly to: Place;
  /** From the newest to the oldest. */
  readonly backward: boolean;
  readonly accept: (event: Stored) => boolean;
}

/** The accepted events between two places, merged from several streams. */
export function* walk(lanes: readonly Lane[], { from, to, backward, accept }: Way): Generator<Step> {
  const step = backward ? -1 : 1;
  let cursors = lanes
    .map((lane) => cursorOf(lane, countBefore(lane.events, from), countBefore(lane.events, to), backward))
    .filter((cursor) => cursor.next !== cursor.end);
  while (cursors.length > 0) {
    const cursor = nearest(cursors, step);
    const event = cursor.lane.events[cursor.next];
    if (event === undefined) return;
    cursor.next += step;
    if (cursor.next === cursor.end) cursors = cursors.filter((other) => other !== cursor);
    if (accept(event)) yield { event, stream: cursor.lane.name };
  }
}

function cursorOf(lane: Lane, low: number, high: number, backward: boolean): Cursor {
  if (high <= low) return { lane, next: 0, end: 0 };
  return backward ? { lane, next: high - 1, end: low - 1 } : { lane, next: low, end: high };
}

function nearest(cursors: readonly Cursor[], step: number): Cursor {
  return cursors.reduce((best, cursor) => {
    const a = cursor.lane.events[cursor.next];
    const b = best.lane.events[best.next];
    return a !== undefined && b !== undefined && compare(a, b) * step < 0 ? cursor : best;
  });
}
