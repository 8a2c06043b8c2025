import { floorMinute, MINUTE } from './time.ts';

/** How far a source has been read. All times are milliseconds, whole minutes. */
export interface Checkpoint {
  /** Where the first run began; no cursor ever goes before it. */
  readonly start: number;
  /** By age in seconds: every minute before it was read in full by a read that began at least that long after it. */
  readonly cursors: ReadonlyMap<number, number>;
}

const advanced = Symbol('advanced');

/** The only checkpoint a store saves: nothing but `begin` and `advance` makes one. */
export interface NextCheckpoint extends Checkpoint {
  readonly [advanced]: true;
}

/** The first run's checkpoint, saved before anything is read: should that run fail, the next must not begin later. */
export function begin(startFrom: number | string, ages: readonly number[], now: number): NextCheckpoint {
  const start = floorMinute(typeof startFrom === 'string' ? Date.parse(startFrom) : now - startFrom * 1000);
  return { start, cursors: new Map(ages.map((age) => [age, start])), [advanced]: true };
}

/**
 * The checkpoint for the ages now configured. An age that is new begins with the minutes that reach it from now on;
 * one no longer configured is forgotten.
 */
export function withAges(checkpoint: Checkpoint, ages: readonly number[], now: number): Checkpoint {
  const frontier = cursor(checkpoint, 0);
  const fresh = (age: number) => Math.max(checkpoint.start, Math.min(frontier, floorMinute(now - age * 1000)));
  const cursors = new Map(ages.map((age) => [age, checkpoint.cursors.get(age) ?? fresh(age)]));
  return { start: checkpoint.start, cursors };
}

export function cursor(checkpoint: Checkpoint, age: number): number {
  return checkpoint.cursors.get(age) ?? checkpoint.start;
}

/** Whole minutes `[from, to)`. */
export interface Minutes {
  readonly from: number;
  readonly to: number;
}

/** What has come of age since the age's cursor; undefined where nothing has. */
export function due(checkpoint: Checkpoint, age: number, now: number): Minutes | undefined {
  const minutes = { from: cursor(checkpoint, age), to: floorMinute(now - age * 1000) };
  return minutes.from < minutes.to ? minutes : undefined;
}

/** Minutes read to their end, every line with a confirmed outcome. */
export interface ReadInFull extends Minutes {
  /** When the query that covers them began. */
  readonly begun: number;
}

/**
 * Moves each cursor that stands at or inside the minutes read to where that read was old enough for its age. A cursor
 * never jumps over minutes it has not seen, and never goes back.
 */
export function advance(checkpoint: Checkpoint, read: ReadInFull): NextCheckpoint {
  const moved = [...checkpoint.cursors].map(([age, at]): [number, number] => {
    const reached = Math.min(read.to, floorMinute(read.begun - age * 1000));
    return [age, read.from <= at && at < reached ? reached : at];
  });
  return { start: checkpoint.start, cursors: new Map(moved), [advanced]: true };
}

/** How many milliseconds behind the minutes due are, the most overdue of the ages given. */
export function lag(checkpoint: Checkpoint, ages: readonly number[], now: number): number {
  return Math.max(0, ...ages.map((age) => now - age * 1000 - cursor(checkpoint, age)));
}

const EIGHT_PAGES = 8 * 1024 * 1024;

/**
 * The next part of what is due: about eight pages by what a minute held before, but at most twice as many minutes as
 * the part before it, since quiet minutes say little about those that follow. `previous` is 0 for a run's first part.
 */
export function nextRange(minutes: Minutes, bytesPerMinute: number, previous: number): Minutes {
  const affordable = Math.floor(EIGHT_PAGES / Math.max(1, bytesPerMinute));
  const count = Math.max(1, Math.min(affordable, 2 * previous));
  return { from: minutes.from, to: Math.min(minutes.to, minutes.from + count * MINUTE) };
}
