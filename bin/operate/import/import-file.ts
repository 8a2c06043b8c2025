import { decode } from '../../../lambda/core/document/decode.ts';
import type { Counts } from '../../../lambda/core/ledger/counts.ts';
import type { FileLine } from '../../../lambda/core/line.ts';
import { Stopped } from '../../../lambda/core/stopped.ts';
import { floorMinute } from '../../../lambda/core/time.ts';
import { type FoundLine, foundIn, isByLine } from '../intake/archive.ts';
import { Filing } from '../intake/filing.ts';
import type { Format } from '../intake/format.ts';
import type { Intake, RulesFor } from '../intake/intake.ts';
import type { LineLimits } from '../intake/lines.ts';
import { behind, unpacked } from '../intake/source.ts';
import { whyUnread } from '../intake/unread.ts';
import { type BatchSize, batchesOf } from './batches.ts';
import { type Choice, chosen } from './chosen.ts';
import { Digest } from './digest.ts';
import { addCounted, type Counted, NOTHING_COUNTED, type Position, type Positions } from './positions.ts';
import type { Archive } from './recognise.ts';

export interface Importing extends Pick<Choice, 'range' | 'expired'> {
  readonly intake: Pick<Intake, 'take'>;
  readonly rulesFor: RulesFor;
  /** Where it has got to; undefined: nobody will go on. */
  readonly positions: Pick<Positions, 'of' | 'save'> | undefined;
  /** How an audit log's stream begins. */
  readonly prefix: string;
  /** When the import began, milliseconds. */
  readonly now: number;
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

const INTERRUPTED = new Stopped('Interrupted.');

/** Reads a file on from where an earlier start had got to. Throws nothing for what is wrong with it. */
export async function importFile(archive: Archive, importing: Importing): Promise<FileResult> {
  const { input, format } = archive;
  let position: Position | undefined;
  try {
    position = input.isPassing ? undefined : await importing.positions?.of(input);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    const end = { offset: 0, resumed: 0, isChanged: false, unread: error.message, isStopped: true };
    return { ...NOTHING_COUNTED, name: input.name, format, ...end };
  }
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
    this.#filing = new Filing(() => archive.input.written, begun?.last ?? undefined, importing.now);
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
      const why = this.#importing.signal.aborted ? INTERRUPTED : error;
      this.#unread = why instanceof Stopped ? why.message : whyUnread(why);
      if (this.#unread === undefined) throw error;
      this.#isStopped = why instanceof Stopped;
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
    if (signal.aborted) throw INTERRUPTED;
    const whole = found.filter((line) => !this.#isHalf(line));
    const { lines, ...counts } = chosen(whole, {
      ...this.#importing,
      filing: this.#filing,
      path: this.#archive.input.name,
    });
    const as = await namesOf(lines, rulesFor);
    this.#counted = addCounted(this.#counted, { ...counts, as, taken: await intake.take(lines) });
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

/** How many lines go under which name. */
async function namesOf(lines: readonly FileLine[], rulesFor: RulesFor): Promise<Counts> {
  const minutes = lines.map(({ timestamp }) => floorMinute(timestamp));
  const rules = await rulesFor([...new Set(minutes)]);
  const names: Record<string, number> = {};
  for (const minute of minutes) {
    const { name } = rules(minute).cluster;
    names[name] = (names[name] ?? 0) + 1;
  }
  return names;
}

function countedOf({ taken, others, outside, formatted, expired, as }: Counted): Counted {
  return { taken, others, outside, formatted, expired, as };
}
