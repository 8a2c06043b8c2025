import { faultOfDisk } from './disk-fault.ts';
import type { LogFolder, LogText, Seen } from './folder.ts';
import { type Arranged, isPacked, type LogNames } from './names.ts';
import { isPassed, movedTo, type Place, type Print, placeAt } from './place.ts';
import type { Position } from './position.ts';
import { holds, NO_PRINT, printOf } from './print.ts';

/** What of a position was found again. */
export interface Look {
  /** The position's files and the new ones, from the oldest on. */
  readonly files: readonly Place[];
  /** Those of the position that are nowhere. */
  readonly missing: readonly Place[];
  /** What the position's places that were found again have become. */
  readonly became: ReadonlyMap<Place, Place>;
  /** Of the files, those that nobody can read just now, and why. */
  readonly unreadable: ReadonlyMap<Place, string>;
}

/** How long a rotated file must have been left alone, milliseconds, until nothing more is expected of its writer. */
export const SETTLED = 5000;

/** Names change while one lists: what two lists in a row agree on was so. */
const LISTS = 5;

/** Looks for the files of a position. undefined: too much changes just now, look again. */
export async function look(
  folder: LogFolder,
  names: LogNames,
  position: Position,
  now: number,
): Promise<Look | undefined> {
  const seen = await steadyList(folder, names);
  if (seen === undefined) return undefined;
  const search = new Search(folder, position.files);
  try {
    return await search.among(names.arrange(seen), now);
  } catch (error) {
    if (error instanceof Moved) return undefined;
    throw error;
  }
}

async function steadyList(folder: LogFolder, names: LogNames): Promise<readonly Seen[] | undefined> {
  let before: string | undefined;
  for (let count = 0; count < LISTS; count += 1) {
    const seen = await folder.list(names.belongs);
    const list = seen
      .map(({ name, device, inode }) => `${name}/${device}/${inode}`)
      .toSorted()
      .join('\n');
    if (list === before) return seen;
    before = list;
  }
  return undefined;
}

/** Another file has the name by now. */
class Moved extends Error {}

class Search {
  readonly #folder: LogFolder;
  readonly #lost: Set<Place>;
  /** By device and inode. */
  readonly #places: ReadonlyMap<string, readonly Place[]>;
  readonly #became = new Map<Place, Place>();
  readonly #unreadable = new Map<Place, string>();

  constructor(folder: LogFolder, places: readonly Place[]) {
    this.#folder = folder;
    this.#lost = new Set(places);
    this.#places = Map.groupBy(places, fileOf);
  }

  async among(arranged: readonly Arranged<Seen>[], now: number): Promise<Look> {
    const found = new Map<Arranged<Seen>, Place>();
    for (const each of arranged) {
      await this.#ifReadable(found, each, now, async () => {
        const place = await this.#sameFile(each.file);
        if (place !== undefined) await this.#isAt(found, each, place);
      });
    }
    const live = [...found.values()].filter(isKnownByText);
    for (const each of arranged) {
      if (found.has(each)) continue;
      await this.#ifReadable(found, each, now, async () => {
        const place = await this.#sameText(each.file, [...this.#lost].filter(isKnownByText));
        // A copy of what is read already may soon be all that there is of it.
        const isCopy = place === undefined && (await this.#sameText(each.file, live)) !== undefined;
        if (place !== undefined) await this.#isAt(found, each, place);
        else if (!isCopy && mayBegin(each, now)) found.set(each, placeAt(each, await this.#print(each.file, 0)));
      });
    }
    const files = arranged.flatMap((each) => found.get(each) ?? []);
    return { files, missing: [...this.#lost], became: this.#became, unreadable: this.#unreadable };
  }

  /** A file that nobody can read is known by its number alone, and looked into once somebody can. */
  async #ifReadable(found: Map<Arranged<Seen>, Place>, each: Arranged<Seen>, now: number, search: () => Promise<void>) {
    try {
      await search();
    } catch (error) {
      const why = faultOfDisk(error);
      if (why === undefined) throw error;
      const [before] = this.#placesOf(each.file);
      if (before === undefined && !mayBegin(each, now)) return;
      // With the time of before it is not taken for untouched.
      const modified = before?.modified ?? each.file.modified;
      const place = { ...(before === undefined ? placeAt(each, NO_PRINT) : movedTo(before, each)), modified };
      if (before !== undefined) this.#is(before, place);
      found.set(each, place);
      this.#unreadable.set(place, why);
    }
  }

  async #isAt(found: Map<Arranged<Seen>, Place>, each: Arranged<Seen>, place: Place): Promise<void> {
    const grew = place.print.first === 0 && !isUntouched(place, each.file);
    const moved = movedTo(place, each);
    const print = grew ? await this.#print(each.file, place.offset) : place.print;
    const passedAt = (await this.#isOnlyPacked(place, moved, each.file)) ? moved.size : place.passedAt;
    const after = { ...moved, print, passedAt };
    found.set(each, after);
    this.#is(place, after);
  }

  #is(before: Place, after: Place): void {
    this.#lost.delete(before);
    this.#became.set(before, after);
  }

  /** Whether all of a packed text was passed on before it was packed: its size on the disk tells nothing of that. */
  async #isOnlyPacked(before: Place, after: Place, seen: Seen): Promise<boolean> {
    if (!isPacked(seen.name) || !isPassed(before) || isPassed(after)) return false;
    return this.#within(
      seen,
      async (text) => (await text.read(before.offset, 1)).length === 0 && text.fault() === undefined,
    );
  }

  #placesOf(seen: Seen): readonly Place[] {
    return (this.#places.get(fileOf(seen)) ?? []).filter((place) => this.#lost.has(place));
  }

  async #sameFile(seen: Seen): Promise<Place | undefined> {
    const places = this.#placesOf(seen);
    const untouched = places.find((place) => isUntouched(place, seen));
    if (untouched !== undefined) return untouched;
    return this.#sameText(seen, places);
  }

  /** The first of the places whose text the file holds. */
  async #sameText(seen: Seen, places: readonly Place[]): Promise<Place | undefined> {
    if (places.length === 0) return undefined;
    return this.#within(seen, async (text) => {
      for (const place of places) if (await holds(text, place)) return place;
      return undefined;
    });
  }

  #print(seen: Seen, offset: number): Promise<Print> {
    return this.#within(seen, async (text) => {
      const print = await printOf(text, offset);
      const isShorter = !isPacked(seen.name) && seen.size > 0 && (await text.read(seen.size - 1, 1)).length === 0;
      if (isShorter) throw new Moved();
      return print;
    });
  }

  async #within<T>(seen: Seen, ask: (text: LogText) => Promise<T>): Promise<T> {
    const text = await this.#folder.open(seen.name);
    if (text === undefined) throw new Moved();
    try {
      const isOther = text.device !== seen.device || text.inode !== seen.inode;
      if (isOther || text.size < seen.size) throw new Moved();
      return await ask(text);
    } finally {
      await text.close();
    }
  }
}

function fileOf({ device, inode }: Pick<Seen, 'device' | 'inode'>): string {
  return `${device}/${inode}`;
}

function isUntouched(place: Place, { size, modified }: Seen): boolean {
  return place.size === size && place.modified === modified;
}

/** A rotated file is begun when its writer has left it alone. */
function mayBegin({ file, rotated }: Arranged<Seen>, now: number): boolean {
  return !rotated || isSettled(file, now);
}

function isKnownByText({ print }: Place): boolean {
  return print.first > 0;
}

export function isSettled({ modified }: Pick<Seen, 'modified'>, now: number): boolean {
  // A clock that was put back must not make anybody wait.
  return Math.abs(now - modified) >= SETTLED;
}
