import type { Settings } from './contract.ts';
import { type Found, NONE } from './core/ledger/counts.ts';
import { isUnchanged, type Row, sparesALook } from './core/ledger/row.ts';
import type { Numbers } from './core/ledger/tally.ts';
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
  type NextCheckpoint,
  passOver,
  withAges,
} from './core/minutes/checkpoint.ts';
import { beginnings, type JudgedBy, type Minutes, minuteFrom } from './core/minutes/minutes.ts';
import { afterPart, beginning, firstPart, type MinuteInParts, rangeOf, smallerPart } from './core/minutes/part.ts';
import { ReadSize } from './core/minutes/read-size.ts';
import { lastTurn, nextTurn, type Turn } from './core/minutes/turn.ts';
import type { Policy } from './core/policy/policy.ts';
import { floorMinute, MINUTE } from './core/time.ts';
import { MinuteRules, type RulesByMinute } from './minute-rules.ts';
import { type NotInFull, Passes, type RangeRead, type Sent } from './passes.ts';
import type { Ports } from './ports.ts';
import { Reader } from './reader.ts';
import { RowWriter } from './rows.ts';
import { Sender } from './sender.ts';

type Rows = ReadonlyMap<number, Row>;

/** Within what a run works. */
export interface Limits {
  readonly fence: number;
  /** Milliseconds since the epoch: when the run must be over. */
  readonly deadline: number;
  /** Bytes of CloudWatch that are read at once before the cursors are saved. Default about eight pages. */
  readonly partBytes?: number | undefined;
}

/** How many minutes' rows are looked at together. */
const WINDOW = 60 * MINUTE;

/** What a run does while it holds the lease: turn after turn, the cursors saved after each. */
export class CatchUp {
  readonly #settings: Settings<Policy>;
  readonly #ports: Ports;
  readonly #fence: number;
  readonly #reader: Reader;
  readonly #sender: Sender;
  readonly #rows: RowWriter;
  readonly #rules: MinuteRules;
  readonly #readSize: ReadSize;
  readonly #passes: Passes;
  /** Requests to CloudWatch Logs, by whose turn it was. */
  readonly #spent = new Map<Turn, number>();
  #unchanged = 0;
  #lags: Pick<Numbers, 'frontierLag' | 'revisitLag'> = {};
  /** Before the turn it is at. */
  #hasReadNothing = true;

  constructor(settings: Settings<Policy>, ports: Ports, { fence, deadline, partBytes }: Limits) {
    const { source, sink, clock, ledger, memory } = ports;
    const { requestsPerSecond } = settings;
    this.#settings = settings;
    this.#ports = ports;
    this.#fence = fence;
    this.#reader = new Reader({ source, clock, deadline, requestsPerSecond });
    this.#sender = new Sender({ sink, clock, deadline: () => deadline, indices: memory.indices });
    this.#rows = new RowWriter(ledger);
    this.#rules = new MinuteRules(ledger, settings);
    this.#readSize = new ReadSize(partBytes);
    this.#passes = new Passes({
      reader: this.#reader,
      delivery: { sender: this.#sender, confirmed: memory.confirmed, clock },
      rows: this.#rows,
      readSize: this.#readSize,
      anew: false,
    });
  }

  /** What was read, sent and written so far. */
  get numbers(): Numbers {
    return {
      ...this.#passes.numbers,
      ...this.#reader.numbers,
      ...this.#sender.numbers,
      ...this.#rows.numbers,
      ...this.#lags,
      unchanged: this.#unchanged,
    };
  }

  /** `true` when nothing readable is left behind. */
  async go(stored: Checkpoint | undefined): Promise<boolean> {
    const { ages, startFrom } = this.#settings;
    const now = this.#now();
    // Forgets what this process confirmed where another has run since: the fence tells.
    this.#ports.memory.confirmed.begin(this.#fence);
    let checkpoint = stored === undefined ? await this.#save(begin(startFrom, ages, now)) : withAges(stored, ages, now);
    this.#showLag(checkpoint);
    for (;;) {
      const enough = this.#enough();
      const turn = this.#turn(checkpoint, enough);
      if (turn === undefined) return !enough;
      const { calls } = this.#reader.numbers;
      this.#hasReadNothing = calls === 0;
      const after = turn === 'unfinished' ? await this.#unfinished(checkpoint) : await this.#step(checkpoint, turn);
      this.#spent.set(turn, (this.#spent.get(turn) ?? 0) + this.#reader.numbers.calls - calls);
      if (after === undefined) return false;
      checkpoint = after;
      this.#showLag(checkpoint);
    }
  }

  /** Each run does at least one step, and one of an overdue age, also where that exceeds what it may read. */
  #enough(): boolean {
    const { maxBytesPerRun } = this.#settings;
    return maxBytesPerRun !== null && this.#spent.size > 0 && this.#passes.numbers.bytesRead >= maxBytesPerRun;
  }

  #turn(checkpoint: Checkpoint, enough: boolean): Turn | undefined {
    const { ages, maxBytesPerRun } = this.#settings;
    const dueAges = ages.filter((age) => due(checkpoint, age, this.#now()) !== undefined);
    // The fence grows by one with each run.
    const standing = { due: dueAges, spent: this.#spent, rotation: this.#fence };
    return enough ? lastTurn(standing) : nextTurn(standing, maxBytesPerRun !== null);
  }

  /** One step of an age. The checkpoint after it; undefined when time ran out before. */
  async #step(checkpoint: Checkpoint, age: number): Promise<Checkpoint | undefined> {
    const now = this.#now();
    const all = due(checkpoint, age, now);
    if (all === undefined) return checkpoint;
    const minutes = { from: all.from, to: Math.min(all.to, all.from + WINDOW) };
    const rows = await this.#rows.rows({ from: minutes.from - MINUTE, to: minutes.to });
    const step = this.#readSize.next(age, { due: minutes, rows, part: checkpoint.parts.get(age), now });
    switch (step.kind) {
      case 'pass over':
        return await this.#save(passOver(checkpoint, age, step.minutes.to));
      case 'part':
        return step.part.how === 'comparing'
          ? await this.#comparePart(checkpoint, age, step.part, rows)
          : await this.#sendPart(checkpoint, age, step.part, rows);
      case 'minutes':
        return step.how === 'comparing'
          ? await this.#compare(checkpoint, age, step.minutes, rows)
          : await this.#send(checkpoint, age, step.minutes, rows);
    }
  }

  /** Sends minutes that have no rows, or that have changed, writes their rows, and passes them. */
  async #send(
    checkpoint: Checkpoint,
    age: number,
    minutes: Minutes,
    rows: Rows,
    compared?: (minute: number) => Found,
  ): Promise<Checkpoint | undefined> {
    const { here, rules } = await this.#judged(checkpoint, minutes, rows);
    return await this.#after(here, age, await this.#passes.sendMinutes(minutes, rules, rows, compared));
  }

  /** The next part of a minute too large for one read. */
  async #sendPart(checkpoint: Checkpoint, age: number, part: MinuteInParts, rows: Rows) {
    const { here, rules } = await this.#judged(checkpoint, minuteFrom(part.minute), rows);
    return await this.#after(here, age, await this.#passes.sendPart(part, rules, rows));
  }

  async #after(checkpoint: Checkpoint, age: number, sent: Sent): Promise<Checkpoint | undefined> {
    switch (sent.kind) {
      case 'in full':
        return await this.#save(advance(checkpoint, sent.read));
      case 'part':
        return await this.#save(inParts(checkpoint, age, sent.left));
      case 'judged otherwise':
        return await this.#fromItsBegin(checkpoint, age, sent.minute);
      case 'not in full':
        return await this.#notInFull(checkpoint, age, sent);
    }
  }

  /** A minute whose parts were judged by other rules begins anew, with all of its parts. */
  async #fromItsBegin(checkpoint: Checkpoint, age: number, minute: number): Promise<Checkpoint> {
    const part = checkpoint.parts.get(age);
    if (part?.minute !== minute) return checkpoint;
    const { compared } = part;
    return await this.#save(
      inParts(checkpoint, age, { ...firstPart(minute, 'sending', part.span, this.#now()), compared }),
    );
  }

  /** Minutes with rows: compared; those that have changed are sent again and their rows written anew. */
  async #compare(checkpoint: Checkpoint, age: number, minutes: Minutes, rows: Rows): Promise<Checkpoint | undefined> {
    const begun = this.#now();
    const read = await this.#passes.compare(minutes, rows);
    const { found } = read;
    if (read.ended !== 'in full') {
      const shrink = () => this.#readSize.gaveUp(minutes, 'comparing', found, this.#now());
      return await this.#notInFull(checkpoint, age, notInFull(read.ended, read, shrink));
    }
    let here = checkpoint;
    for (const minute of beginnings(minutes)) {
      const row = rows.get(minute);
      if (row !== undefined && isUnchanged(row, found.of(minute))) {
        await this.#lookedAt(row, age, begun);
        continue;
      }
      // What lies before it has been compared: should time run out here, that need not be done again.
      if (minute > minutes.from) here = await this.#save(advance(here, { from: minutes.from, to: minute, begun }));
      const part = this.#readSize.inParts(minute, 'sending', found.of(minute).bytes, this.#now());
      if (part !== undefined) return await this.#save(inParts(here, age, { ...part, compared: found.of(minute) }));
      const changed = await this.#send(here, age, minuteFrom(minute), rows, () => found.of(minute));
      if (changed === undefined || cursor(changed, age) <= minute) return changed;
      here = changed;
    }
    this.#readSize.readInFull(minutes);
    return await this.#save(advance(here, { ...minutes, begun }));
  }

  /** The next part of a minute that is compared; after the last part it is passed, or where it has changed sent. */
  async #comparePart(checkpoint: Checkpoint, age: number, asked: MinuteInParts, rows: Rows) {
    const part = beginning(asked, this.#now());
    const { minute, begun, span } = part;
    const read = await this.#passes.compare(rangeOf(part), rows);
    const { ended, found } = read;
    if (ended !== 'in full')
      return await this.#notInFull(
        checkpoint,
        age,
        notInFull(ended, read, () => smallerPart(part, found)),
      );
    const after = afterPart(part, { ...NONE, ...found.of(minute) }, this.#readSize.partBytes);
    if (after.left !== undefined) return await this.#save(inParts(checkpoint, age, after.left));
    const row = rows.get(minute);
    if (row === undefined || !isUnchanged(row, after.sums)) {
      const sending = firstPart(minute, 'sending', span, this.#now());
      return await this.#save(inParts(checkpoint, age, { ...sending, compared: after.sums }));
    }
    await this.#lookedAt(row, age, begun);
    return await this.#save(advance(checkpoint, { ...minuteFrom(minute), begun }));
  }

  /** A minute was found as its row says. The row tells of it where that spares an older age its own look. */
  async #lookedAt(row: Row, age: number, begun: number): Promise<void> {
    this.#unchanged += row.lines;
    const [, ...revisits] = this.#settings.ages;
    if (sparesALook(row, age, begun, revisits)) await this.#rows.lookedAt(row, begun);
  }

  /** A read that had all of a run's time and did not end is smaller next time, or no run would ever get through it. */
  async #notInFull(checkpoint: Checkpoint, age: number, { ended, bytes, shrink }: NotInFull) {
    const outOfTime = ended === 'out of time';
    const hadTheRun = this.#hasReadNothing && bytes > 0;
    if (outOfTime && !hadTheRun) return undefined;
    const part = shrink();
    const after = part === undefined ? checkpoint : await this.#save(inParts(checkpoint, age, part));
    return outOfTime ? undefined : after;
  }

  /** From the frontier to the end of the minute that is running: sent for freshness; no row, no cursor. */
  async #unfinished(checkpoint: Checkpoint): Promise<Checkpoint | undefined> {
    const minutes = { from: cursor(checkpoint, 0), to: floorMinute(this.#now()) + MINUTE };
    // Another's clock was ahead of ours when it moved the frontier.
    if (minutes.from >= minutes.to) return checkpoint;
    const left = (this.#settings.maxBytesPerRun ?? Number.POSITIVE_INFINITY) - this.#passes.numbers.bytesRead;
    const { here, rules } = await this.#judged(checkpoint, minutes, new Map());
    const { ended } = await this.#passes.send(minutes, rules, new Map(), ({ bytes }) => bytes > left);
    return ended === 'out of time' ? undefined : here;
  }

  /** By what the minutes are judged; it is on record before the first of their lines is sent. */
  async #judged(
    checkpoint: Checkpoint,
    minutes: Minutes,
    rows: Rows,
  ): Promise<{ readonly here: Checkpoint; readonly rules: RulesByMinute }> {
    // What the checkpoint names is in the table already.
    if (!checkpoint.judged.some((each) => isAlike(each, this.#rules.current))) await this.#rules.keepCurrent();
    const fresh = minutes.to > cursor(checkpoint, 0) && !isJudged(checkpoint, minutes.to);
    const here = fresh ? await this.#save(judging(checkpoint, minutes.to, this.#rules.current)) : checkpoint;
    return { here, rules: await this.#rules.recorded(minutes, rows, here) };
  }

  async #save(next: NextCheckpoint): Promise<Checkpoint> {
    await this.#ports.store.save(next, this.#fence);
    return next;
  }

  #showLag(checkpoint: Checkpoint): void {
    const [, ...revisits] = this.#settings.ages;
    const seconds = (ages: readonly number[]) => lag(checkpoint, ages, this.#now()) / 1000;
    this.#lags = { frontierLag: seconds([0]), revisitLag: seconds(revisits) };
  }

  #now(): number {
    return this.#ports.clock.now();
  }
}

function isAlike(one: JudgedBy, other: JudgedBy): boolean {
  return one.policy === other.policy && one.naming === other.naming;
}

function notInFull(ended: NotInFull['ended'], { found }: RangeRead, shrink: NotInFull['shrink']): NotInFull {
  return { kind: 'not in full', ended, bytes: found.bytes, shrink };
}
