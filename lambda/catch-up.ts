import type { Settings } from './contract.ts';
import { isUnchanged, type Row, sparesALook } from './core/ledger/row.ts';
import type { Tally } from './core/ledger/tally.ts';
import {
  advance,
  begin,
  type Checkpoint,
  cursor,
  due,
  inParts,
  isJudged,
  judging,
  lag,
  type Minutes,
  type NextCheckpoint,
  passOver,
  withAges,
} from './core/minutes/checkpoint.ts';
import {
  afterPart,
  beginning,
  firstPart,
  type MinuteInParts,
  minuteOf,
  rangeOf,
  smallerPart,
} from './core/minutes/part.ts';
import { Stride } from './core/minutes/read-size.ts';
import { lastRead, nextRead, UNFINISHED } from './core/minutes/step.ts';
import type { Policy } from './core/policy/policy.ts';
import { floorMinute, MINUTE } from './core/time.ts';
import { compare, type Found, type Passing, SendingPass } from './deliver.ts';
import { Book } from './minute-policies.ts';
import type { Ports } from './ports.ts';
import { Reader } from './reader.ts';
import type { Invocation } from './run.ts';
import { Sender } from './sender.ts';

/** How many minutes' rows are looked at together. */
const WINDOW = 60 * MINUTE;

/** What a run does while it holds the lease: step after step, the cursors saved after each. */
export class Journey {
  readonly #settings: Settings<Policy>;
  readonly #ports: Ports;
  readonly #tally: Tally;
  readonly #fence: number;
  readonly #passing: Passing;
  readonly #book: Book;
  readonly #stride: Stride;
  /** Whether this run had read nothing before the step it is at. */
  #isFirst = true;
  /** CloudWatch requests by age, and for the unfinished minute. */
  readonly #spent = new Map<number, number>();

  constructor(settings: Settings<Policy>, ports: Ports, invocation: Invocation, tally: Tally, fence: number) {
    const { deadline, partBytes } = invocation;
    const { clock, source, sink, memory, ledger } = ports;
    const { cluster, indexCluster, policy, requestsPerSecond, elasticsearch } = settings;
    this.#settings = settings;
    this.#ports = ports;
    this.#tally = tally;
    this.#fence = fence;
    this.#stride = new Stride(partBytes);
    const site = { cluster, indexCluster, source: settings.source };
    this.#book = new Book(ledger, { site, policy, index: elasticsearch.index }, tally);
    const reader = new Reader({ source, clock, tally, deadline, requestsPerSecond });
    this.#passing = { reader, clock, tally, memory, sender: new Sender({ sink, clock, tally, deadline, memory }) };
  }

  /** `true` when nothing readable is left behind. */
  async go(stored: Checkpoint | undefined): Promise<boolean> {
    const { ages, startFrom } = this.#settings;
    const now = this.#now();
    this.#ports.memory.confirmed.begin(this.#fence);
    let checkpoint = stored === undefined ? await this.#save(begin(startFrom, ages, now)) : withAges(stored, ages, now);
    this.#showLag(checkpoint);
    for (;;) {
      const dueAges = ages.filter((age) => due(checkpoint, age, this.#now()) !== undefined);
      const enough = this.#enough();
      const next = enough
        ? lastRead(dueAges, this.#spent, this.#fence)
        : nextRead(dueAges, this.#spent, this.#fence, this.#settings.maxBytesPerRun !== null);
      if (next === undefined) return !enough;
      const calls = this.#tally.calls;
      this.#isFirst = calls === 0;
      const after = next === UNFINISHED ? await this.#unfinished(checkpoint) : await this.#step(checkpoint, next);
      this.#spent.set(next, (this.#spent.get(next) ?? 0) + this.#tally.calls - calls);
      if (after === undefined) return false;
      checkpoint = after;
      this.#showLag(checkpoint);
    }
  }

  /** Each run does at least one step, and one of an overdue age, also where that exceeds what it may read. */
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
    const step = this.#stride.next({ age, due: minutes, rows, part: checkpoint.parts.get(age), now });
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
    const sent = await this.#send(checkpoint, minutes, minutes, rows);
    if (sent.found.ended !== 'in full') {
      const smaller = () => this.#stride.gaveUp(minutes, 'sending', sent.found.sums, this.#now());
      return await this.#notInFull(sent.checkpoint, age, sent.found, smaller);
    }
    for (let minute = minutes.from; minute < minutes.to; minute += MINUTE) {
      const pass = { minute, sums: sent.found.sums.of(minute), begun, policy: sent.hash(minute) };
      if (!(await this.#book.write(pass, rows.get(minute)))) return sent.checkpoint;
    }
    this.#stride.sent(minutes, sent.found.sums.bytes);
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
    const found = await this.#compare(minutes);
    if (found.ended !== 'in full') {
      const smaller = () => this.#stride.gaveUp(minutes, 'comparing', found.sums, this.#now());
      return await this.#notInFull(checkpoint, age, found, smaller);
    }
    let here = checkpoint;
    for (let minute = minutes.from; minute < minutes.to; minute += MINUTE) {
      const row = rows.get(minute);
      const sums = found.sums.of(minute);
      if (row !== undefined && isUnchanged(row, sums)) {
        await this.#unchanged(row, age, begun);
        continue;
      }
      // What lies before it has been compared: should time run out here, that need not be done again.
      if (minute > minutes.from) here = await this.#save(advance(here, { from: minutes.from, to: minute, begun }));
      const part = this.#stride.inParts(minute, 'sending', sums.bytes, this.#now());
      if (part !== undefined) return await this.#save(inParts(here, age, part));
      const changed = await this.#sending(here, age, { from: minute, to: minute + MINUTE }, rows);
      if (changed === undefined) return undefined;
      if (cursor(changed, age) <= minute) return changed;
      here = changed;
    }
    this.#stride.compared(minutes);
    return await this.#save(advance(here, { ...minutes, begun }));
  }

  /** A minute found as its row says. The row tells of it where that spares an older age its own look. */
  async #unchanged(row: Row, age: number, begun: number): Promise<void> {
    this.#tally.unchanged += row.lines;
    const [, ...revisits] = this.#settings.ages;
    if (sparesALook(row, age, begun, revisits)) await this.#book.lookedAt(row, begun);
  }

  /**
   * A read that ended early: since it found far more than was thought, or with the time. A read that had all of a
   * run's time is smaller next time, or no run would ever get to its end. `smaller`: what is read next in its place,
   * where that is a part of a minute.
   */
  async #notInFull(
    checkpoint: Checkpoint,
    age: number,
    { ended, sums }: Found,
    smaller: () => MinuteInParts | undefined,
  ): Promise<Checkpoint | undefined> {
    const outOfTime = ended === 'out of time';
    const hadTheRun = this.#isFirst && sums.bytes > 0;
    if (outOfTime && !hadTheRun) return undefined;
    const part = smaller();
    const after = part === undefined ? checkpoint : await this.#save(inParts(checkpoint, age, part));
    return outOfTime ? undefined : after;
  }

  /** The next part of a minute too large for one read. */
  async #part(
    checkpoint: Checkpoint,
    age: number,
    asked: MinuteInParts,
    rows: ReadonlyMap<number, Row>,
  ): Promise<Checkpoint | undefined> {
    const part = beginning(asked, this.#now());
    const [minute, range] = [minuteOf(part), rangeOf(part)];
    const sent = part.how === 'sending' ? await this.#send(checkpoint, minute, range, rows) : undefined;
    const here = sent?.checkpoint ?? checkpoint;
    const found = sent?.found ?? (await this.#compare(range));
    if (found.ended !== 'in full') return await this.#notInFull(here, age, found, () => smallerPart(part, found.sums));
    const after = afterPart(part, found.sums, this.#stride.partBytes);
    if (after.left !== undefined) return await this.#save(inParts(here, age, after.left));
    return await this.#whole(here, age, { ...part, sums: after.sums }, rows.get(part.minute), sent?.hash(part.minute));
  }

  /** A minute all of whose parts were read; `policy` by which it was judged, where it was sent. */
  async #whole(
    checkpoint: Checkpoint,
    age: number,
    part: MinuteInParts,
    row: Row | undefined,
    policy: string | undefined,
  ): Promise<Checkpoint> {
    const { minute, sums, span, begun } = part;
    const whole = minuteOf(part);
    if (policy !== undefined) {
      if (!(await this.#book.write({ minute, sums, begun, policy }, row))) return checkpoint;
      this.#stride.sent(whole, sums.bytes);
    } else if (row !== undefined && isUnchanged(row, sums)) {
      await this.#unchanged(row, age, begun);
    } else {
      return await this.#save(inParts(checkpoint, age, firstPart(minute, 'sending', span, this.#now())));
    }
    return await this.#save(advance(checkpoint, { ...whole, begun }));
  }

  /** From the frontier to the end of the minute that is running: sent for freshness; no row, no cursor. */
  async #unfinished(checkpoint: Checkpoint): Promise<Checkpoint | undefined> {
    const minutes = { from: cursor(checkpoint, 0), to: floorMinute(this.#now()) + MINUTE };
    // Another's clock was ahead of ours when it moved the frontier.
    if (minutes.from >= minutes.to) return checkpoint;
    const left = (this.#settings.maxBytesPerRun ?? Number.POSITIVE_INFINITY) - this.#tally.bytesRead;
    const sent = await this.#send(checkpoint, minutes, minutes, new Map(), left);
    return sent.found.ended === 'out of time' ? undefined : sent.checkpoint;
  }

  /** One sending pass over `range`, which lies in `minutes`; first it is on record by which policy these are judged. */
  async #send(
    checkpoint: Checkpoint,
    minutes: Minutes,
    range: Minutes,
    rows: ReadonlyMap<number, Row>,
    tooMuch = this.#stride.tooMuch(range.to - range.from),
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

  async #compare({ from, to }: Minutes): Promise<Found> {
    return await compare(this.#passing, { startTime: from, endTime: to - 1 }, this.#stride.tooMuch(to - from));
  }

  async #save(next: NextCheckpoint): Promise<Checkpoint> {
    await this.#ports.store.save(next, this.#fence);
    return next;
  }

  #showLag(checkpoint: Checkpoint): void {
    const [, ...revisits] = this.#settings.ages;
    this.#tally.frontierLag = lag(checkpoint, [0], this.#now()) / 1000;
    this.#tally.revisitLag = lag(checkpoint, revisits, this.#now()) / 1000;
  }

  #now(): number {
    return this.#ports.clock.now();
  }
}
