import { floorMinute } from '../time.ts';
import type { JudgedBy, Minutes } from './minutes.ts';
import type { MinuteInParts } from './part.ts';

/**
 * How far a source has been read. All times are milliseconds.
 *
 * The words: an age is a number of seconds after a minute's end. At age 0 the minute is read for the first time since
 * it is over; that cursor is the frontier. The other ages look at it again: they compare what they find with the row,
 * and send the minute again where it has changed. A row tells of one minute: what was found, and what became of it. A
 * part is a piece of a minute that is too large for one read.
 */
export interface Checkpoint {
  /** Where the first run began, a whole minute; no cursor ever goes before it. */
  readonly start: number;
  /**
   * By age: every minute before it was read in full by a read that began at least that long after the minute's end, but
   * for minutes that were older when the age was configured.
   */
  readonly cursors: ReadonlyMap<number, number>;
  /** By what minutes are judged that have no row and yet may have been sent; ascending. */
  readonly judged: readonly Judged[];
  /** By age: the minute at its cursor where that is read in parts. */
  readonly parts: ReadonlyMap<number, MinuteInParts>;
  /** Hash of the first naming that was kept. Rows of before go by it. Empty: none was kept yet. */
  readonly naming: string;
}

/** The minutes from the `to` of the entry before up to this one's. */
export interface Judged extends JudgedBy {
  readonly to: number;
}

const advanced = Symbol('advanced');

/** The only checkpoint a store saves: nothing but the functions of this file makes one. */
export interface NextCheckpoint extends Checkpoint {
  readonly [advanced]: true;
}

/** The first run's checkpoint, saved before anything is read: should that run fail, the next must not begin later. */
export function begin(startFrom: number | string, ages: readonly number[], now: number): NextCheckpoint {
  const start = floorMinute(typeof startFrom === 'string' ? Date.parse(startFrom) : now - startFrom * 1000);
  return {
    start,
    cursors: new Map(ages.map((age) => [age, start])),
    judged: [],
    parts: new Map(),
    naming: '',
    [advanced]: true,
  };
}

/**
 * The checkpoint for the ages now configured. An age that is new begins with the minutes that reach it from now on;
 * one no longer configured is forgotten.
 */
export function withAges(checkpoint: Checkpoint, ages: readonly number[], now: number): Checkpoint {
  const frontier = cursor(checkpoint, 0);
  const fresh = (age: number) => Math.max(checkpoint.start, Math.min(frontier, floorMinute(now - age * 1000)));
  const cursors = new Map(ages.map((age) => [age, checkpoint.cursors.get(age) ?? fresh(age)]));
  return { ...checkpoint, cursors };
}

export function cursor(checkpoint: Checkpoint, age: number): number {
  return checkpoint.cursors.get(age) ?? checkpoint.start;
}

/**
 * What has come of age since the age's cursor; undefined where nothing has. The other ages read only what the frontier
 * has passed: where the frontier is late, one read of a minute serves them all.
 */
export function due(checkpoint: Checkpoint, age: number, now: number): Minutes | undefined {
  const come = floorMinute(now - age * 1000);
  const minutes = { from: cursor(checkpoint, age), to: age === 0 ? come : Math.min(come, cursor(checkpoint, 0)) };
  return minutes.from < minutes.to ? minutes : undefined;
}

/** Minutes read to their end, every line with a confirmed outcome, every row written. */
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
  return tidied({ ...checkpoint, cursors: new Map(moved) });
}

/** Moves one age's cursor past minutes whose rows say that they were read old enough. */
export function passOver(checkpoint: Checkpoint, age: number, to: number): NextCheckpoint {
  const at = Math.max(cursor(checkpoint, age), to);
  return tidied({ ...checkpoint, cursors: new Map([...checkpoint.cursors, [age, at]]) });
}

/** Records by what the minutes before `to` are judged, before the first of their lines is sent. */
export function judging(checkpoint: Checkpoint, to: number, { policy, naming }: JudgedBy): NextCheckpoint {
  const last = checkpoint.judged.at(-1);
  if (last !== undefined && last.to >= to) return tidied(checkpoint);
  const same = last?.policy === policy && last.naming === naming;
  const before = same ? checkpoint.judged.slice(0, -1) : checkpoint.judged;
  const judged = [...before, { to, policy, naming }];
  return tidied({ ...checkpoint, judged, naming: checkpoint.naming || naming });
}

/** Whether the minutes before `to` are recorded already. */
export function isJudged(checkpoint: Checkpoint, to: number): boolean {
  return (checkpoint.judged.at(-1)?.to ?? 0) >= to;
}

/** By what some run has begun to judge this minute; undefined where none has. */
export function judgedBy(checkpoint: Checkpoint, minute: number): JudgedBy | undefined {
  return checkpoint.judged.find(({ to }) => minute < to);
}

/** Keeps how far the minute at an age's cursor has been read. */
export function inParts(checkpoint: Checkpoint, age: number, part: MinuteInParts): NextCheckpoint {
  return tidied({ ...checkpoint, parts: new Map([...checkpoint.parts, [age, part]]) });
}

/** Forgets what lies behind the cursors. */
function tidied(checkpoint: Checkpoint): NextCheckpoint {
  const frontier = cursor(checkpoint, 0);
  const judged = checkpoint.judged.filter(({ to }) => to > frontier);
  const parts = [...checkpoint.parts].filter(([age, { minute }]) => minute === checkpoint.cursors.get(age));
  return { ...checkpoint, judged, parts: new Map(parts), [advanced]: true };
}

/** How many milliseconds behind the minutes due are, the most overdue of the ages given. */
export function lag(checkpoint: Checkpoint, ages: readonly number[], now: number): number {
  return Math.max(0, ...ages.map((age) => now - age * 1000 - cursor(checkpoint, age)));
}
