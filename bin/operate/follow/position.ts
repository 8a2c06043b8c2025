import { addSums, type FileSums, isPassed, NOTHING, type Place, unread } from './place.ts';

/** How far a log was passed on: what the state on disk says. */
export interface Position {
  /** The files that were there at the last look, from the oldest on. */
  readonly files: readonly Place[];
  /** What became of the lines of files that are gone. */
  readonly gone: FileSums & { readonly files: number };
  readonly removals: Removals;
}

/** Files that went before they were read to their end. */
export interface Removals {
  readonly files: number;
  /** At least so many unread ones. */
  readonly bytes: number;
  /** When the last of them was missed, milliseconds; null: never. */
  readonly last: number | null;
}

export const AT_THE_BEGINNING: Position = {
  files: [],
  gone: { ...NOTHING, files: 0 },
  removals: { files: 0, bytes: 0, last: null },
};

/** A file that is gone, and what went with it. */
export interface Removal {
  readonly name: string;
  /** Unread ones that were there when it was last looked at; 0: it was the newest, and may have grown since. */
  readonly bytes: number;
}

/** undefined: it was read to its end. What was written to the newest since the last look nobody knows. */
export function removalOf(place: Place): Removal | undefined {
  const { name, rotated } = place;
  return isPassed(place) && rotated ? undefined : { name, bytes: unread(place) };
}

/** The sums of all that was ever passed on. */
export function totalOf({ files, gone }: Position): FileSums {
  const { files: _, ...sums } = gone;
  return files.reduce((total, place) => addSums(total, place.sums), sums);
}

/** Without the files that are gone; their sums stay. */
export function without(position: Position, gone: readonly Place[], now: number): Position {
  let { removals, gone: sums } = position;
  for (const place of gone) {
    sums = { ...addSums(sums, place.sums), files: sums.files + 1 };
    const removal = removalOf(place);
    if (removal === undefined) continue;
    removals = { files: removals.files + 1, bytes: removals.bytes + removal.bytes, last: now };
  }
  return { files: position.files.filter((place) => !gone.includes(place)), gone: sums, removals };
}

export function replaced(position: Position, place: Place, by: Place): Position {
  return { ...position, files: position.files.map((each) => (each === place ? by : each)) };
}
