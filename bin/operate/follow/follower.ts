import type { Clock } from '../../../lambda/ports.ts';
import type { RawLine } from '../intake/lines.ts';
import { faultOfDisk } from './disk-fault.ts';
import type { LogFolder, LogText } from './folder.ts';
import { isSettled, type Look, look } from './look.ts';
import type { LogNames } from './names.ts';
import { addSums, type FileSums, isPassed, NOTHING, type Place } from './place.ts';
import { type Position, type Removal, removalOf, replaced, without } from './position.ts';
import { holds, printOf } from './print.ts';
import { areStill, nextLines, type ReadSizes } from './read.ts';
import { Unreadable, type UnreadableFile } from './unreadable.ts';

/** Lines of one file, in their order. */
export interface FollowedLines {
  readonly file: Pick<Place, 'name' | 'time'> & { readonly modified: number };
  readonly lines: readonly RawLine[];
}

/** What became of lines. */
export interface Taken {
  readonly sums: FileSums;
  /** The last time that a line of the file told so far, milliseconds. */
  readonly time: number | null;
}

/** Gives lines to Elasticsearch. */
export interface Taker {
  /**
   * Done when each line has an outcome that Elasticsearch has confirmed; waits for that as long as it takes. May get
   * the same lines again. undefined: interrupted; some of the lines may have arrived.
   */
  take(lines: FollowedLines): Promise<Taken | undefined>;
}

/** Where the position outlives the process. */
export interface PositionStore {
  /** Done when it is durable; until then the position before holds. */
  save(position: Position): Promise<void>;
}

export interface Following {
  readonly folder: LogFolder;
  readonly names: LogNames;
  readonly taker: Taker;
  readonly store: PositionStore;
  readonly clock: Pick<Clock, 'now'>;
  /** Hears of files that went before they were read to their end, and of those that can't be read. */
  readonly tell: (event: FollowEvent) => void;
  /** Rotated files are removed when they are passed on, as nobody else does. Default false. */
  readonly removes?: boolean;
  readonly sizes?: ReadSizes;
}

export type FollowEvent =
  | ({ readonly kind: 'removed' } & Removal)
  | { readonly kind: 'damaged'; readonly name: string; readonly offset: number; readonly why: string }
  | ({ readonly kind: 'unreadable' | 'readable' } & UnreadableFile);

/**
 * `caught up`: there is no line to pass on. `no file`: there is none, where somebody else makes them. `again`: what is
 * there changes just now, some of it can't be read, or the work was interrupted.
 */
export type Step = 'passed' | 'caught up' | 'no file' | 'again';

/** How long a look at the files is as good as a new one, milliseconds. */
const FRESH = 1000;

/** Reads the files of a log in the order in which they were written, and passes their lines on. */
export class Follower {
  readonly #of: Following;
  #position: Position;
  /** They were nowhere at the last look. */
  #missing: ReadonlySet<Place> = new Set();
  readonly #unreadable: Unreadable;
  /** When it has last looked at what is there, milliseconds. */
  #looked = Number.NEGATIVE_INFINITY;
  /** The last step has passed something on, so that there may be more where it was. */
  #goesOn = false;
  /** Whose lines are being taken: it stays in the position until that is done. */
  #inHand: Place | undefined;
  #glance: Promise<unknown> = Promise.resolve();

  constructor(following: Following, position: Position) {
    this.#of = following;
    this.#position = position;
    const { tell } = following;
    this.#unreadable = new Unreadable((file, is) => tell({ kind: is ? 'readable' : 'unreadable', ...file }));
  }

  /** Files that nobody can read just now. The others are passed on meanwhile: rotation would take them, too. */
  get unreadable(): readonly UnreadableFile[] {
    return this.#unreadable.files;
  }

  get position(): Position {
    return this.#position;
  }

  /**
   * Looks at what is there while lines are being taken, which may last for hours: else nobody would know of files that
   * come and go meanwhile. Does nothing at any other time.
   */
  async glance(): Promise<void> {
    if (this.#inHand === undefined) return;
    const glance = this.#look();
    // Whoever waits for its end need not know how it went.
    this.#glance = glance.catch(() => {});
    await glance;
  }

  /** Passes the next lines on, of one file at the most. */
  async step(): Promise<Step> {
    // Where there is much to pass on one need not look before each part of it: what is read is held against the state.
    const isKnown = this.#goesOn && Math.abs(this.#of.clock.now() - this.#looked) < FRESH;
    this.#goesOn = false;
    if (!isKnown && !(await this.#look())) return 'again';
    const step = await this.#passNext(!isKnown);
    this.#goesOn = step === 'passed';
    return isKnown && step !== 'passed' ? this.step() : step;
  }

  async #passNext(hasLooked: boolean): Promise<Step> {
    const { clock } = this.#of;
    for (const place of this.#position.files) {
      if (this.#missing.has(place)) continue;
      if (isPassed(place)) {
        if (hasLooked) await this.#remove(place);
      } else if (!this.#unreadable.rests(place, clock.now())) {
        const step = await this.#pass(place);
        if (step !== 'caught up') return step;
      }
    }
    if (this.#missing.size > 0 || this.#unreadable.files.length > 0) return 'again';
    return this.#position.files.length === 0 && this.#of.removes !== true ? 'no file' : 'caught up';
  }

  /** false: too much changes just now. */
  async #look(): Promise<boolean> {
    const { folder, names, clock } = this.#of;
    const found = await look(folder, names, this.#position, clock.now());
    if (found === undefined) return false;
    await this.#arrange(found);
    this.#looked = clock.now();
    this.#unreadable.looked(found, clock.now());
    return true;
  }

  /** What is missing for the second time is gone: at the first it may have got another name right then. */
  async #arrange({ files, missing, became }: Look): Promise<void> {
    const { store, clock, tell } = this.#of;
    const before = this.#position;
    const gone = missing.filter((place) => this.#missing.has(place) && place !== this.#inHand);
    const after = without({ ...before, files: [...missing, ...files] }, gone, clock.now());
    // That only sizes differ is not worth a write. By its first line a file is known again once it was packed.
    if (namesIn(after) !== namesIn(before)) await store.save(after);
    this.#position = after;
    if (this.#inHand !== undefined) this.#inHand = became.get(this.#inHand) ?? this.#inHand;
    this.#missing = new Set(missing);
    for (const place of gone) {
      const removal = removalOf(place);
      if (removal !== undefined) tell({ kind: 'removed', ...removal });
    }
  }

  async #remove({ rotated, name }: Place): Promise<void> {
    if (this.#of.removes === true && rotated) await this.#of.folder.remove(name);
  }

  async #pass(from: Place): Promise<Step> {
    const chunk = await this.#readable(from);
    if (chunk === 'unreadable') return 'caught up';
    if (chunk === undefined) return 'again';
    const { place, taken } = await this.#take(from, chunk);
    if (taken === undefined) return 'again';
    const { offset, print, passedAt, damaged } = chunk;
    // As it was when it was read: what was made anew under its number meanwhile must not be taken for untouched.
    const { size, modified } = from;
    const sums = addSums(place.sums, taken.sums);
    const moved: Place = { ...place, size, modified, offset, print, passedAt, damaged, sums, time: taken.time };
    if (moved.offset === place.offset && isPassed(moved) === isPassed(place)) return 'caught up';
    const position = replaced(this.#position, place, moved);
    await this.#of.store.save(position);
    this.#position = position;
    if (damaged !== null) this.#of.tell({ kind: 'damaged', name: place.name, offset, why: damaged });
    return 'passed';
  }

  /** `place`: what has become of it meanwhile. */
  async #take(from: Place, { lines, modified, print }: Chunk): Promise<{ place: Place; taken: Taken | undefined }> {
    if (lines.length === 0) return { place: from, taken: { sums: NOTHING, time: from.time } };
    const file = { name: from.name, time: from.time, modified };
    const { first, head } = from.print.first > 0 ? from.print : print;
    this.#inHand = { ...from, print: { ...from.print, first, head } };
    this.#position = replaced(this.#position, from, this.#inHand);
    try {
      const taken = await this.#of.taker.take({ file, lines });
      await this.#glance;
      return { place: this.#inHand, taken };
    } finally {
      this.#inHand = undefined;
    }
  }

  async #readable(place: Place): Promise<Chunk | undefined | 'unreadable'> {
    try {
      const chunk = await this.#read(place);
      if (chunk !== undefined) this.#unreadable.is(place);
      return chunk;
    } catch (error) {
      const why = faultOfDisk(error);
      if (why === undefined) throw error;
      this.#unreadable.isNot(place, why, this.#of.clock.now());
      return 'unreadable';
    }
  }

  /** undefined: the file is not what it was. */
  async #read(place: Place): Promise<Chunk | undefined> {
    const text = await this.#of.folder.open(place.name);
    if (text === undefined) return undefined;
    try {
      if (text.device !== place.device || text.inode !== place.inode || !(await holds(text, place))) return undefined;
      return await this.#chunk(text, place);
    } finally {
      await text.close();
    }
  }

  async #chunk(text: LogText, place: Place): Promise<Chunk | undefined> {
    // Who rotates a file has written its last line: what has no newline will not get one.
    const isOver = place.rotated && isSettled(text, this.#of.clock.now());
    const { lines, offset, isEnd, fault } = await nextLines(text, place.offset, isOver, this.#of.sizes);
    const print = await printOf(text, offset);
    // It may have been truncated meanwhile, and what was read be the end of one text and the begin of another.
    if (!(await holds(text, place)) || !(await areStill(text, lines))) return undefined;
    const { modified, size } = text;
    return { lines, modified, offset, print, passedAt: isEnd ? size : null, damaged: fault ?? null };
  }
}

interface Chunk extends Pick<Place, 'offset' | 'print' | 'passedAt' | 'damaged'> {
  readonly lines: readonly RawLine[];
  readonly modified: number;
}

function namesIn({ files }: Position): string {
  return files.map(({ name, device, inode, print }) => `${name}/${device}/${inode}/${print.first}`).join('\n');
}
