import { isoTime, SECOND } from '../../../lambda/core/time.ts';
import { counted } from '../../cli/figures.ts';
import { spanText } from '../reach/verdict.ts';
import { unread } from './place.ts';
import { type Position, totalOf } from './position.ts';
import type { UnreadableFile } from './unreadable.ts';

/** What is known of a follower at one moment. */
export interface Standing {
  readonly cluster: string;
  readonly position: Position;
  /** Since when there is something left to pass on, milliseconds. */
  readonly behindSince: number;
  /** Why nothing goes on; undefined: it does. */
  readonly waiting: string | undefined;
  /** What the disk does not do, as the system says it; undefined: all is done. */
  readonly fault: string | undefined;
  readonly unreadable: readonly UnreadableFile[];
  /** Seconds that the log may be behind; undefined: any. */
  readonly maxLag: number | undefined;
}

/** One line of metrics. All but the lag and the unread bytes only grow, over all processes that had this state. */
export interface Figures {
  readonly time: string;
  readonly cluster: string;
  readonly linesRead: number;
  readonly bytesRead: number;
  readonly indexed: number;
  readonly alreadyIndexed: number;
  readonly duplicate: number;
  readonly dropped: number;
  readonly parked: number;
  readonly unaccounted: number;
  readonly filesRemovedUnread: number;
  readonly bytesRemovedUnread: number;
  /** Of the files that are there. */
  readonly bytesUnread: number;
  /** Of the files that are there, those that nobody can read just now. */
  readonly filesUnreadable: number;
  readonly lagSeconds: number;
  readonly healthy: boolean;
  /** Why it is not healthy; empty: it is. */
  readonly why: string;
}

/** For how long it is no healthy state that a file was removed unread. */
const REMEMBERED = 24 * 60 * 60 * SECOND;

export function figuresOf(standing: Standing, now: number): Figures {
  const { cluster, position, behindSince } = standing;
  const { totals, bytes } = totalOf(position);
  const why = illness(standing, now);
  return {
    time: isoTime(now),
    cluster,
    linesRead: totals.read,
    bytesRead: bytes,
    indexed: totals.indexed,
    alreadyIndexed: totals.alreadyIndexed,
    duplicate: totals.duplicate,
    dropped: totals.dropped,
    parked: totals.parked,
    unaccounted: totals.unaccounted,
    filesRemovedUnread: position.removals.files,
    bytesRemovedUnread: position.removals.bytes,
    bytesUnread: position.files.reduce((sum, place) => sum + unread(place), 0),
    filesUnreadable: standing.unreadable.length,
    lagSeconds: lagOf(behindSince, now),
    healthy: why === '',
    why,
  };
}

function lagOf(behindSince: number, now: number): number {
  return Math.max(0, Math.floor((now - behindSince) / SECOND));
}

function illness(standing: Standing, now: number): string {
  return [...faults(standing), ...(standing.maxLag === undefined ? [] : lateness(standing, standing.maxLag, now))].join(
    ' ',
  );
}

/** What does not mend itself, and lets rotation remove what nobody has read. */
function faults({ fault, unreadable }: Standing): readonly string[] {
  const [first] = unreadable;
  const file = first && `${first.name} can't be read (${first.why})${others(unreadable.length - 1)}.`;
  return [...(fault === undefined ? [] : [`Nothing goes on: ${fault}.`]), ...(file === undefined ? [] : [file])];
}

function others(count: number): string {
  return count === 0 ? '' : `, nor can ${counted(count, 'other')}`;
}

function lateness({ position, behindSince, waiting }: Standing, maxLag: number, now: number): readonly string[] {
  const { last, files } = position.removals;
  const lag = lagOf(behindSince, now);
  const found: string[] = [];
  if (lag > maxLag) {
    const why = waiting === undefined ? '' : `, because ${waiting.replace(/\.$/, '')}`;
    found.push(`The log is ${spanText(lag)} behind, more than ${spanText(maxLag)}${why}.`);
  }
  if (last !== null && now - last < REMEMBERED)
    found.push(
      `${counted(files, 'file was', 'files were')} removed before all was read, the last at ${isoTime(last)}.`,
    );
  return found;
}
