import { PROFILES } from '../../../lambda/contract.ts';
import type { EventParcel } from '../../../lambda/core/document/judge.ts';
import { Stopped } from '../../../lambda/core/stopped.ts';
import { MINUTE } from '../../../lambda/core/time.ts';
import type { Ports } from '../../../lambda/ports.ts';
import { Sender } from '../../../lambda/sender.ts';
import type { IndexedDocuments } from '../../../lib/elasticsearch/documents.ts';
import type { ParkedDocuments, Selection } from '../../../lib/elasticsearch/parked.ts';
import { type Deciding, type Decision, decide } from './decide.ts';
import { lineById, linesOf, type ParkedLine } from './lines.ts';
import { type End, markOf } from './mark.ts';
import { textOf } from './text.ts';

export interface Redriving extends Deciding {
  readonly parked: ParkedDocuments;
  readonly documents: Pick<IndexedDocuments, 'contents'>;
  /** Ends with the signal. */
  readonly sending: Pick<Ports, 'sink' | 'clock'>;
  /** Goes on after it: what is confirmed is marked. */
  readonly marking: Pick<Ports, 'sink' | 'clock'>;
  readonly selection: Selection;
  /** Says what would become of each, and sends nothing. */
  readonly dryRun: boolean;
  /** Hears how far it has come. */
  readonly report: (numbers: RedrivenNumbers) => void;
  /** Ends it: what was redriven until then is marked. */
  readonly signal: AbortSignal;
}

export interface RedrivenNumbers {
  /** Lines that were looked at. */
  readonly lines: number;
  readonly indexed: number;
  readonly alreadyIndexed: number;
  /** By the policy of their minute, which had not judged them before. */
  readonly dropped: number;
  /** They stay parked. */
  readonly left: number;
  /** An earlier start had redriven them. */
  readonly marked: number;
}

/** A line that stays parked. */
export interface Left {
  readonly id: string;
  readonly reason: string;
  /** A sentence. */
  readonly why: string;
}

export interface RedriveResult {
  readonly numbers: RedrivenNumbers;
  /** The first of them. */
  readonly left: readonly Left[];
  /** Ids asked for under which nothing is parked. */
  readonly unknown: readonly string[];
  /** Why it ended before the last line; undefined where it is done. */
  readonly failure: string | undefined;
}

/** Lines with no more documents than the sender sees refused before it blames the template: here each line is told. */
const BATCH = 100 / PROFILES.length;
const BATCH_BYTES = 4 * 1024 * 1024;
/** How long what is sent at once may take to be rid of, milliseconds. */
const PATIENCE = 5 * MINUTE;
const NAMED = 1000;

/** Indexes what is parked. May be started again at any time: what is there answers 409, and what is marked is left out. */
export async function redrive(redriving: Redriving): Promise<RedriveResult> {
  const { parked, selection, signal } = redriving;
  const redrive = new Redrive(redriving);
  const unknown = new Set(selection.ids);
  let failure: string | undefined;
  try {
    for await (const batch of inBatches(chosen(linesOf(parked.search(selection)), unknown))) {
      if (signal.aborted) throw new Stopped('Interrupted.');
      await redrive.take(batch);
    }
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    failure = error.message;
  }
  const { numbers, left } = redrive;
  return { numbers, left, unknown: failure === undefined ? [...unknown] : [], failure };
}

/** Of those asked for by their ids no others: an id of one profile is the beginning of another's. */
async function* chosen(lines: AsyncIterable<ParkedLine>, asked: Set<string>): AsyncGenerator<ParkedLine> {
  const ids = new Set(asked);
  for await (const line of lines) {
    if (ids.size > 0 && !ids.has(line.id)) continue;
    asked.delete(line.id);
    yield line;
  }
}

async function* inBatches(lines: AsyncIterable<ParkedLine>): AsyncGenerator<readonly ParkedLine[]> {
  let batch: ParkedLine[] = [];
  let bytes = 0;
  for await (const line of lines) {
    const size = line.size ?? line.documents.reduce((sum, { part }) => sum + (part?.bytes ?? 0), 0);
    if (batch.length > 0 && (batch.length === BATCH || bytes + size > BATCH_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(line);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

class Redrive {
  readonly #to: Redriving;
  readonly #indices = new Set<string>();
  readonly #numbers = { lines: 0, indexed: 0, alreadyIndexed: 0, dropped: 0, left: 0, marked: 0 };
  readonly left: Left[] = [];

  constructor(to: Redriving) {
    this.#to = to;
  }

  get numbers(): RedrivenNumbers {
    return { ...this.#numbers };
  }

  async take(lines: readonly ParkedLine[]): Promise<void> {
    const sending = new Map<ParkedLine, EventParcel>();
    const ends = new Map<ParkedLine, End>();
    for (const line of lines) {
      this.#numbers.lines += 1;
      const decision = line.redriven === undefined ? await this.#decide(line) : { kind: 'redriven' as const };
      if (decision.kind === 'redriven') this.#numbers.marked += 1;
      else if (decision.kind === 'send') sending.set(line, decision.parcel);
      else if (decision.kind === 'dropped') ends.set(line, { outcome: 'dropped', by: decision.by });
      else this.#leave(line, decision.why);
    }
    try {
      await this.#send(sending, ends);
    } finally {
      // Also of what was confirmed before something stopped it: that would else be sent anew each time.
      await this.#mark(ends);
      this.#to.report(this.numbers);
    }
  }

  /** Of what is not whole the rest may be filed under another time, and the mark with it. */
  async #decide(line: ParkedLine): Promise<Decision | { readonly kind: 'redriven' }> {
    const { parked, documents, sending } = this.#to;
    const own = await textOf(documents, line);
    if (own.kind === 'whole') return decide(this.#to, line, own.text, sending.clock.now());
    const all = (await lineById(parked.search({ ids: [line.id] }), line.id, line.index)) ?? line;
    if (all.redriven !== undefined) return { kind: 'redriven' };
    const found = await textOf(documents, all);
    if (found.kind === 'not whole') return { kind: 'left', why: found.why };
    return decide(this.#to, line, found.text, sending.clock.now());
  }

  async #send(parcels: ReadonlyMap<ParkedLine, EventParcel>, ends: Map<ParkedLine, End>): Promise<void> {
    const lineOf = new Map<object, ParkedLine>();
    const refusedOnes = new Set<ParkedLine>();
    const confirm = (line: ParkedLine, parcel: EventParcel, outcome: 'indexed' | 'already indexed') => {
      const [item] = parcel.items;
      ends.set(line, { outcome, index: item?.index ?? '', id: parcel.id });
    };
    const sent = [...parcels].map(([line, parcel]): EventParcel => {
      const { id, line: read, truncated } = parcel;
      const refused = { kind: 'parked', id, line: read, truncated, items: [] } as const;
      const each: EventParcel = {
        ...parcel,
        // It is parked already, and stays as it is.
        parkedAs: (reason, detail) => {
          const why = `${REFUSED[reason] ?? `Elasticsearch refuses it (${reason})`}: ${detail}`;
          // It may be refused for each profile.
          if (!refusedOnes.has(line)) this.#leave(line, why);
          refusedOnes.add(line);
          return { ...refused, reason };
        },
      };
      lineOf.set(each, line);
      return each;
    });
    if (this.#to.dryRun) {
      for (const [line, parcel] of parcels) confirm(line, parcel, 'indexed');
      return;
    }
    await this.#sender(this.#to.sending).send(sent, (parcel, outcome) => {
      const line = lineOf.get(parcel);
      const isThere = outcome.kind === 'indexed' || outcome.kind === 'already indexed';
      if (line !== undefined && parcel.kind === 'event' && isThere) confirm(line, parcel, outcome.kind);
    });
  }

  /** Only of what is confirmed. */
  async #mark(ends: ReadonlyMap<ParkedLine, End>): Promise<void> {
    for (const { outcome } of ends.values()) this.#numbers[COUNTED[outcome]] += 1;
    if (this.#to.dryRun) return;
    const now = this.#to.marking.clock.now();
    const marks = [...ends].map(([line, end]) => ({
      kind: 'parked' as const,
      reason: 'not judged' as const,
      id: line.id,
      line: { message: '', timestamp: line.time, origin: line.origin },
      truncated: false,
      items: [markOf(line, end, now)],
    }));
    await this.#sender(this.#to.marking).send(marks, () => {});
  }

  #sender({ sink, clock }: Pick<Ports, 'sink' | 'clock'>): Sender {
    return new Sender({ sink, clock, deadline: () => clock.now() + PATIENCE, indices: this.#indices });
  }

  #leave({ id, reason }: ParkedLine, why: string): void {
    this.#numbers.left += 1;
    if (this.left.length < NAMED) this.left.push({ id, reason, why });
  }
}

const COUNTED = { indexed: 'indexed', 'already indexed': 'alreadyIndexed', dropped: 'dropped' } as const;

const REFUSED: Readonly<Record<string, string>> = {
  'refused by the mapping': 'Elasticsearch’s mapping refuses it still',
  'too large': 'It is too large for Elasticsearch still',
  'index closed': 'The index of its day takes no more writes: open it, or remove its block',
};
