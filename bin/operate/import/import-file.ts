import { decode } from '../../../lambda/core/document/decode.ts';
import { addCounts } from '../../../lambda/core/ledger/counts.ts';
import type { FileLine } from '../../../lambda/core/line.ts';
import { Stopped } from '../../../lambda/core/stopped.ts';
import { floorMinute } from '../../../lambda/core/time.ts';
import { type FoundLine, foundIn, isByLine } from '../intake/archive.ts';
import { Filing, ownTime } from '../intake/filing.ts';
import type { Format } from '../intake/format.ts';
import { addTaken, type Intake, type RulesFor } from '../intake/intake.ts';
import type { LineLimits } from '../intake/lines.ts';
import { behind, unpacked } from '../intake/source.ts';
import { whyUnread } from '../intake/unread.ts';
import { type BatchSize, batchesOf } from './batches.ts';
import { Digest } from './digest.ts';
import { type Counted, NOTHING_COUNTED, type Position, type Positions } from './positions.ts';
import type { Archive } from './recognise.ts';

export interface Importing {
  readonly intake: Pick<Intake, 'take'>;
  readonly rulesFor: RulesFor;
  /** Where it has got to; undefined: nobody will go on. */
  readonly positions: Pick<Positions, 'of' | 'save'> | undefined;
  /** How an audit log's stream begins. */
  readonly prefix: string;
  /** Events of these times alone, milliseconds; the end is not in it. */
  readonly range: { readonly from: number; readonly to: number };
  /** Elasticsearch deletes events of before, milliseconds. */
  readonly expired: number;
  readonly signal: AbortSignal;
  /** Hears of each piece that was read: its bytes as they lie there. */
  readonly read: (bytes: number) => void;
  /** Hears of each batch, once its lines have their outcome. */
  readonly taken: (counted: Counted) => void;
  readonly limits?: LineLimits;
  readonly batch?: BatchSize;
}

/** What became of a file. */
export interface FileResult extends Counted {
  readonly name: string;
  readonly format: Format;
  /** Bytes of its text whose lines have their outcome. */
  readonly offset: number;
  /** Of these, what an earlier start had read. */
  readonly resumed: number;
  /** It was another file when an earlier start read it: it was read from its beginning. */
  readonly isChanged: boolean;
  /** Why it was not read to its end, a sentence; undefined: it was. */
  readonly unread: string | undefined;
  /** What ended it would end the next file, too. */
  readonly isStopped: boolean;
}

class Changed extends Error {}

/** Reads a file on from where an earlier start had got to. Throws nothing for what is wrong with it. */
export async function importFile(archive: Archive, importing: Importing): Promise<FileResult> {
  const { input, format } = archive;
  const position = input.isPassing ? undefined : await importing.positions?.of(input);
  const isSame = position?.size === input.size && position?.written === input.written;
  if (position?.isDone === true && isSame) {
    const { offset } = position;
    const end = { resumed: offset, isChanged: false, unread: undefined, isStopped: false };
    return { ...countedOf(position), name: input.name, format, offset, ...end };
  }
  const first = new FileImport(archive, importing, position);
  try {
    return await first.go();
  } catch (error) {
    if (!(error instanceof Changed)) throw error;
    return { ...(await new FileImport(archive, importing, undefined).go()), isChanged: true };
  }
}

class FileImport {
  readonly #archive: Archive;
  readonly #importing: Importing;
  readonly #begun: Position | undefined;
  readonly #digest: Digest;
  readonly #filing: Filing;
  #counted: Counted;
  #offset: number;
  #isProven: boolean;
  #unread: string | undefined;
  #isStopped = false;

  constructor(archive: Archive, importing: Importing, begun: Position | undefined) {
    this.#archive = archive;
    this.#importing = importing;
    this.#begun = begun;
    this.#offset = begun?.offset ?? 0;
    this.#digest = new Digest(this.#offset);
    this.#filing = new Filing(() => archive.input.written, begun?.last ?? undefined);
    this.#counted = begun === undefined ? NOTHING_COUNTED : countedOf(begun);
    this.#isProven = begun === undefined;
  }

  async go(): Promise<FileResult> {
    const { input, format } = this.#archive;
    try {
      for await (const lines of batchesOf(this.#pages(), this.#importing.batch)) {
        this.#prove();
        await this.#take(lines);
      }
      this.#prove();
      await this.#save(this.#unread === undefined);
    } catch (error) {
      if (error instanceof Changed) throw error;
      this.#unread = error instanceof Stopped ? error.message : whyUnread(error);
      if (this.#unread === undefined) throw error;
      this.#isStopped = error instanceof Stopped;
    }
    return {
      ...this.#counted,
      ...{ name: input.name, format, offset: this.#offset, resumed: this.#begun?.offset ?? 0, isChanged: false },
      ...{ unread: this.#unread, isStopped: this.#isStopped },
    };
  }

  async *#pages(): AsyncGenerator<readonly FoundLine[], undefined, undefined> {
    const { input, format } = this.#archive;
    const { prefix, limits = {} } = this.#importing;
    const { chunks } = await unpacked(this.#counting(input.open()));
    const digested = this.#digesting(chunks);
    const from = this.#offset;
    const stream = input.folder.startsWith(prefix) ? input.folder : undefined;
    yield* foundIn(format, isByLine(format) ? behind(digested, from) : digested, { prefix, stream, from, limits });
    return undefined;
  }

  async *#counting(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, undefined, undefined> {
    for await (const chunk of chunks) {
      this.#importing.read(chunk.length);
      yield chunk;
    }
    return undefined;
  }

  async *#digesting(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, undefined, undefined> {
    for await (const chunk of chunks) {
      if (this.#isKept) this.#digest.add(chunk);
      yield chunk;
    }
    return undefined;
  }

  /** Somebody may go on later: else nothing is to be told again from where. */
  get #isKept(): boolean {
    return this.#importing.positions !== undefined && !this.#archive.input.isPassing;
  }

  /** Before anything is sent of a file that is read on: what lies before must be what was read then. */
  #prove(): void {
    if (this.#isProven) return;
    if (this.#digest.upTo(this.#offset) !== this.#begun?.digest) throw new Changed();
    this.#isProven = true;
  }

  async #take(found: readonly FoundLine[]): Promise<void> {
    const { intake, rulesFor, signal, taken } = this.#importing;
    if (signal.aborted) throw new Stopped('Interrupted.');
    const whole = found.filter((line) => !this.#isHalf(line));
    const others = whole.filter(({ isOther }) => isOther === true).length;
    const chosen = this.#chosen(whole.filter(({ isOther }) => isOther !== true));
    const rules = await rulesFor([...new Set(chosen.lines.map(({ timestamp }) => floorMinute(timestamp)))]);
    const as: Record<string, number> = {};
    for (const { timestamp } of chosen.lines) {
      const { name } = rules(floorMinute(timestamp)).cluster;
      as[name] = (as[name] ?? 0) + 1;
    }
    const outcomes = await intake.take(chosen.lines);
    const before = this.#counted;
    this.#counted = {
      taken: addTaken(before.taken, outcomes),
      others: before.others + others,
      outside: before.outside + chosen.outside,
      formatted: before.formatted + chosen.formatted,
      expired: before.expired + chosen.expired,
      as: addCounts(before.as, as),
    };
    this.#offset = whole.at(-1)?.end ?? this.#offset;
    await this.#save(false);
    taken(this.#counted);
  }

  /** A last line that nothing ends, and that is no event: somebody may be writing it. */
  #isHalf({ text, offset, isEnded, isCut }: FoundLine): boolean {
    if (isEnded || isCut || decode(text).kind === 'event') return false;
    this.#unread = `It ends within a line, at byte ${offset}: if it still grows, import it again later.`;
    return true;
  }

  /** The lines of the range, each with its time. */
  #chosen(found: readonly FoundLine[]) {
    const { range, expired } = this.#importing;
    const { name } = this.#archive.input;
    const counts = { outside: 0, formatted: 0, expired: 0 };
    const lines: FileLine[] = [];
    for (const { text, offset, filed } of found) {
      const timestamp = filed?.timestamp ?? this.#filing.timeOf(text);
      const time = filed === undefined ? timestamp : (ownTime(text, timestamp) ?? timestamp);
      if (time < range.from || time >= range.to) {
        counts.outside += 1;
        continue;
      }
      if (FORMATTED.test(text)) counts.formatted += 1;
      if (time < expired) counts.expired += 1;
      const archived = filed === undefined ? {} : { archived: filed.archived };
      lines.push({ message: text, timestamp, origin: { kind: 'file', path: name, offset, ...archived } });
    }
    return { ...counts, lines };
  }

  async #save(isDone: boolean): Promise<void> {
    const { input } = this.#archive;
    const { positions } = this.#importing;
    const digest = this.#isKept ? this.#digest.upTo(this.#offset) : undefined;
    if (positions === undefined || digest === undefined) return;
    await positions.save({
      ...this.#counted,
      ...{ name: input.name, size: input.size ?? 0, written: input.written, offset: this.#offset, digest, isDone },
      last: this.#filing.last ?? null,
    });
  }
}

/** The API server writes no space between tokens; whoever formats an event makes another text of it, and another id. */
const FORMATTED = /^\{\s|^\{"\w+":\s/;

function countedOf({ taken, others, outside, formatted, expired, as }: Counted): Counted {
  return { taken, others, outside, formatted, expired, as };
}
