import { Book } from './book.ts';
import type { Settings } from './contract.ts';
import {
  advance,
  begin,
  type Checkpoint,
  cursor,
  due,
  firstPart,
  inParts,
  isJudged,
  judging,
  lag,
  type MinuteInParts,
  type Minutes,
  type NextCheckpoint,
  passOver,
  withAges,
} from './core/checkpoint.ts';
import { add, isUnchanged, type Row } from './core/ledger.ts';
import { nextRead, nextStep, PART_BYTES, smallerSpan, UNFINISHED } from './core/plan.ts';
import type { Policy } from './core/rules.ts';
import type { Tally } from './core/tally.ts';
import { floorMinute, MINUTE } from './core/time.ts';
import { compare, type Found, type Passing, SendingPass } from './pass.ts';
import { Reader } from './read.ts';
import type { Invocation, World } from './run.ts';
import { Sender } from './send.ts';

/** How many minutes' rows are looked at together. */
const WINDOW = 60 * MINUTE;

/** What a run does while it holds the lease: step after step, the cursors saved after each. */
export class Journey {
  readonly #settings: Settings<Policy>;
  readonly #world: World;
  readonly #tally: Tally;
  readonly #fence: number;
  readonly #passing: Passing;
  readonly #book: Book;
  readonly #partBytes: number;
  readonly #tooMuch: number;
  /** What the read before was like. */
  #last = { minutes: 0, bytesPerMinute: 0 };
  /** CloudWatch requests by age, and for the unfinished minute. */
  readonly #spent = new Map<number, number>();

  constructor(settings: Settings<Policy>, world: World, invocation: Invocation, tally: Tally, fence: number) {
    const { deadline, partBytes = PART_BYTES } = invocation;
    const { clock, source, sink, known, ledger } = world;
    const { cluster, indexCluster, policy, requestsPerSecond, elasticsearch } = settings;
    this.#settings = settings;
    this.#world = world;
    this.#tally = tally;
    this.#fence = fence;
    this.#partBytes = partBytes;
    this.#tooMuch = 2 * partBytes;
    const site = { cluster, indexCluster, source: settings.source };
    this.#book = new Book(ledger, { site, policy, index: elasticsearch.index }, tally);
    const reader = new Reader({ source, clock, tally, deadline, requestsPerSecond });
    this.#passing = { reader, clock, tally, known, sender: new Sender({ sink, clock, tally, deadline, known }) };
  }

  /** `true` when nothing readable is left behind. */
  async go(stored: Checkpoint | undefined): Promise<boolean> {
    const { ages, startFrom } = this.#settings;
    const now = this.#now();
    this.#world.known.confirmed.begin(this.#fence);
    let checkpoint = stored === undefined ? await this.#save(begin(startFrom, ages, now)) : withAges(stored, ages, now);
    this.#showLag(checkpoint);
    for (;;) {
      const dueAges = ages.filter((age) => due(checkpoint, age, this.#now()) !== undefined);
      const next = nextRead(dueAges, this.#spent, this.#fence);
      if (next === undefined) return true;
      if (this.#enough()) return false;
      const calls = this.#tally.calls;
      const after = next === UNFINISHED ? await this.#unfinished(checkpoint) : await this.#step(checkpoint, next);
      this.#spent.set(next, (this.#spent.get(next) ?? 0) + this.#tally.calls - calls);
      if (after === undefined) return false;
      checkpoint = after;
      this.#showLag(checkpoint);
    }
  }

  /** Each run does at least one step, also where that exceeds what it may read. */
  #enough(): boolean {
    const { maxBytesPerRun } = this.#settings;
    return maxBytesPerRun !== null && this.#spent.size > 0 && this.#tally.bytesRead >= maxBytesPerRun;
  }

  /** The checkpoint after it; undefined when time ran out before. */
  async #step(checkpoint: Checkpoint, age: number): Promise<Checkpoint | undefined> {
    const now = this.#now();
    const all = due(checkpoint, age, now);
    if (all === undefined) return checkpoint;
    const minutes = { from: all.from, to: Math.min(all.to, all.from + WINDOW) };
    const rows = await this.#book.rows({ from: minutes.from - MINUTE, to: minutes.to });
    const before = rows.get(minutes.from - MINUTE)?.bytes ?? 0;
    const step = nextStep({
      age,
      due: minutes,
      rows,
      part: checkpoint.parts.get(age),
      bytesPerMinute:
        this.#last.minutes === 0 ? Math.max(before, this.#last.bytesPerMinute) : this.#last.bytesPerMinute,
      previous: this.#last.minutes,
      now,
      partBytes: this.#partBytes,
    });
    switch (step.kind) {
      case 'pass over':
        return await this.#save(passOver(checkpoint, age, step.minutes.to));
      case 'part':
        return await this.#part(checkpoint, age, step.part, rows);
      case 'minutes':
        return step.how === 'comparing'
          ? await this.#comparing(checkpoint, age, step.minutes, rows)
          : await this.#sending(checkpoint, age, step.minutes, rows);
    }
  }

  /** Minutes without rows: sent, written, passed. */
  async #sending(
    checkpoint: Checkpoint,
    age: number,
    minutes: Minutes,
    rows: ReadonlyMap<number, Row>,
  ): Promise<Checkpoint | undefined> {
    const begun = this.#now();
    const sent = await this.#send(checkpoint, minutes, minutes, rows, this.#tooMuch);
    if (sent.found.ended === 'out of time') return undefined;
    if (sent.found.ended === 'stopped')
      return await this.#smaller(sent.checkpoint, age, minutes, 'sending', sent.found);
    for (let minute = minutes.from; minute < minutes.to; minute += MINUTE) {
      const pass = { minute, sums: sent.found.sums.of(minute), begun, policy: sent.hash(minute) };
      await this.#book.write(pass, rows.get(minute));
    }
    const count = (minutes.to - minutes.from) / MINUTE;
    this.#last = { minutes: count, bytesPerMinute: sent.found.sums.bytes / count };
    return await this.#save(advance(sent.checkpoint, { ...minutes, begun }));
  }

  /** Minutes with rows: compared; those that have changed are sent again and their rows written anew. */
  async #comparing(
    checkpoint: Checkpoint,
    age: number,
    minutes: Minutes,
    rows: ReadonlyMap<number, Row>,
  ): Promise<Checkpoint | undefined> {
    const begun = this.#now();
    const found = await compare(this.#passing, { startTime: minutes.from, endTime: minutes.to - 1 }, this.#tooMuch);
    if (found.ended === 'out of time') return undefined;
    if (found.ended === 'stopped') return await this.#smaller(checkpoint, age, minutes, 'comparing', found);
    let here = checkpoint;
    for (let minute = minutes.from; minute < minutes.to; minute += MINUTE) {
      const row = rows.get(minute);
      const sums = found.sums.of(minute);
      if (row !== undefined && isUnchanged(row, sums)) {
        this.#tally.unchanged += sums.lines;
        continue;
      }
      // What lies before it has been compared: should time run out here, that need not be done again.
      if (minute > minutes.from) here = await this.#save(advance(here, { from: minutes.from, to: minute, begun }));
      if (sums.bytes > this.#partBytes) {
        const span = (MINUTE * this.#partBytes) / sums.bytes;
        return await this.#save(inParts(here, age, firstPart(minute, 'sending', span, this.#now())));
      }
      const changed = await this.#sending(here, age, { from: minute, to: minute + MINUTE }, rows);
      if (changed === undefined) return undefined;
      if (cursor(changed, age) <= minute) return changed;
      here = changed;
    }
    return await this.#save(advance(here, { ...minutes, begun }));
  }

  /** The next part of a minute too large for one read. */
  async #part(
    checkpoint: Checkpoint,
    age: number,
    part: MinuteInParts,
    rows: ReadonlyMap<number, Row>,
  ): Promise<Checkpoint | undefined> {
    const { minute, how, upTo, span } = part;
    const whole = { from: minute, to: minute + MINUTE };
    const range = { from: upTo, to: Math.min(upTo + span, whole.to) };
    const begun = upTo === minute ? this.#now() : part.begun;
    const limit = span === 1 ? Number.POSITIVE_INFINITY : this.#tooMuch;
    const sent = how === 'sending' ? await this.#send(checkpoint, whole, range, rows, limit) : undefined;
    const here = sent?.checkpoint ?? checkpoint;
    const found =
      sent?.found ?? (await compare(this.#passing, { startTime: range.from, endTime: range.to - 1 }, limit));
    if (found.ended === 'out of time') return undefined;
    if (found.ended === 'stopped') {
      const smaller = smallerSpan(range.from, range.to - range.from, found.sums.newest);
      return await this.#save(inParts(here, age, { ...part, begun, span: smaller }));
    }
    const sums = add(part.sums, found.sums.of(minute));
    if (range.to < whole.to) return await this.#save(inParts(here, age, { ...part, begun, upTo: range.to, sums }));
    const row = rows.get(minute);
    if (how === 'comparing' && !(row !== undefined && isUnchanged(row, sums))) {
      return await this.#save(inParts(here, age, firstPart(minute, 'sending', span, this.#now())));
    }
    if (sent === undefined) this.#tally.unchanged += sums.lines;
    else await this.#book.write({ minute, sums, begun, policy: sent.hash(minute) }, row);
    this.#last = { minutes: 1, bytesPerMinute: sums.bytes };
    return await this.#save(advance(here, { ...whole, begun }));
  }

  /** From the frontier to the end of the minute that is running: sent for freshness; no row, no cursor. */
  async #unfinished(checkpoint: Checkpoint): Promise<Checkpoint | undefined> {
    const minutes = { from: cursor(checkpoint, 0), to: floorMinute(this.#now()) + MINUTE };
    const sent = await this.#send(checkpoint, minutes, minutes, new Map(), Number.POSITIVE_INFINITY);
    return sent.found.ended === 'in full' ? sent.checkpoint : undefined;
  }

  /** One sending pass over `range`, which lies in `minutes`; first it is on record by which policy these are judged. */
  async #send(
    checkpoint: Checkpoint,
    minutes: Minutes,
    range: Minutes,
    rows: ReadonlyMap<number, Row>,
    tooMuch: number,
  ): Promise<{ found: Found; checkpoint: Checkpoint; hash: (minute: number) => string }> {
    // What the checkpoint names has been kept.
    if (!checkpoint.judged.some(({ policy }) => policy === this.#book.current)) await this.#book.keepPolicy();
    const fresh = minutes.to > cursor(checkpoint, 0) && !isJudged(checkpoint, minutes.to);
    const here = fresh ? await this.#save(judging(checkpoint, minutes.to, this.#book.current)) : checkpoint;
    const judgement = await this.#book.judgement(minutes, rows, here);
    const pass = new SendingPass(this.#passing, (minute) => judgement.rules(minute));
    const found = await pass.send({ startTime: range.from, endTime: range.to - 1 }, tooMuch);
    return { found, checkpoint: here, hash: (minute) => judgement.hash(minute) };
  }

  /** A read that found far more than was thought: one minute next, or that minute in parts. */
  async #smaller(
    checkpoint: Checkpoint,
    age: number,
    minutes: Minutes,
    how: MinuteInParts['how'],
    { sums }: Found,
  ): Promise<Checkpoint> {
    const covered = Math.max(MINUTE, sums.newest - minutes.from);
    this.#last = { minutes: 0, bytesPerMinute: (sums.bytes * MINUTE) / covered };
    if (minutes.to - minutes.from > MINUTE) return checkpoint;
    const span = smallerSpan(minutes.from, MINUTE, sums.newest);
    return await this.#save(inParts(checkpoint, age, firstPart(minutes.from, how, span, this.#now())));
  }

  async #save(next: NextCheckpoint): Promise<Checkpoint> {
    await this.#world.store.save(next, this.#fence);
    return next;
  }

  #showLag(checkpoint: Checkpoint): void {
    const [, ...revisits] = this.#settings.ages;
    this.#tally.frontierLag = lag(checkpoint, [0], this.#now()) / 1000;
    this.#tally.revisitLag = lag(checkpoint, revisits, this.#now()) / 1000;
  }

  #now(): number {
    return this.#world.clock.now();
  }
}
