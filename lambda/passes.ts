import { allKnown, type Found, FoundByMinute, noTotals, type Totals } from './core/ledger/counts.ts';
import { hashOf } from './core/ledger/digest.ts';
import { goneSince, type Row, type SentMinute } from './core/ledger/row.ts';
import type { ReadInFull } from './core/minutes/checkpoint.ts';
import { beginnings, type Minutes, minuteFrom } from './core/minutes/minutes.ts';
import { afterPart, beginning, type MinuteInParts, rangeOf, smallerPart } from './core/minutes/part.ts';
import type { ReadSize } from './core/minutes/read-size.ts';
import { Delivery, type DeliveryOptions } from './deliver.ts';
import type { RulesByMinute } from './minute-rules.ts';
import type { Ended, Reader } from './reader.ts';
import type { RowWriter } from './rows.ts';

type Rows = ReadonlyMap<number, Row>;

export interface PassOptions {
  readonly reader: Pick<Reader, 'readInFull'>;
  readonly delivery: DeliveryOptions;
  readonly rows: RowWriter;
  readonly readSize: ReadSize;
  /** For a backfill that judges by another policy than before: its rows take the place of those. */
  readonly anew: boolean;
}

/** What a read of a range found, by minute, and how it ended. */
export interface RangeRead {
  readonly ended: Ended;
  readonly found: FoundByMinute;
}

/** Asked after each page: whether a read gives up. */
type IsTooMuch = (found: FoundByMinute) => boolean;

export type Sent =
  /** Every line has its outcome, every row is written. */
  | { readonly kind: 'in full'; readonly read: ReadInFull }
  /** A part was sent; what is left of its minute. */
  | { readonly kind: 'part'; readonly left: MinuteInParts }
  /** Another process judged the minute by another policy meanwhile: it is to be sent by that one. */
  | { readonly kind: 'judged otherwise'; readonly minute: number }
  | NotInFull;

/** The read did not end: time ran out, it found far more than was thought, or CloudWatch Logs repeated itself. */
export interface NotInFull {
  readonly kind: 'not in full';
  readonly ended: Exclude<Ended, 'in full'>;
  readonly bytes: number;
  /** Shrinks the next read. The part to read then; undefined: fewer whole minutes. */
  readonly shrink: () => MinuteInParts | undefined;
}

/** The passes over minutes that a run and a backfill share: one only compares, the other sends. */
export class Passes {
  readonly #options: PassOptions;
  readonly #totals = noTotals();
  #bytesRead = 0;
  #ingestionDelay = 0;

  constructor(passing: PassOptions) {
    this.#options = passing;
  }

  /** Of all passes so far. */
  get numbers(): Totals & { readonly bytesRead: number; readonly ingestionDelay: number } {
    return { ...this.#totals, bytesRead: this.#bytesRead, ingestionDelay: this.#ingestionDelay };
  }

  /** Reads a range once and only counts: pages are parsed and eventIds hashed, messages not looked into. */
  compare(range: Minutes, rows: Rows): Promise<RangeRead> {
    return this.#read(range, rows, this.#tooMuchFor(range));
  }

  /**
   * Sends whole minutes and writes their rows. `rows`: those that were there before. `compared`: what a comparing pass
   * has just found of a minute; absent: there was none.
   */
  async sendMinutes(
    minutes: Minutes,
    rules: RulesByMinute,
    rows: Rows,
    compared?: (minute: number) => Found,
  ): Promise<Sent> {
    const { readSize, delivery } = this.#options;
    const begun = delivery.clock.now();
    const { ended, found, outcomes } = await this.#sendAll(minutes, rules, rows, compared);
    if (ended !== 'in full') {
      const shrink = () => readSize.gaveUp(minutes, 'sending', found, delivery.clock.now());
      return { kind: 'not in full', ended, bytes: found.bytes, shrink };
    }
    for (const minute of beginnings(minutes)) {
      const sums = { ...outcomes.of(minute), ...found.of(minute) };
      const other = compared?.(minute) ?? (await this.#secondRead(minute, rows, sums));
      if (!(await this.#write({ minute, sums, begun, compared: other }, rules, rows)))
        return { kind: 'judged otherwise', minute };
    }
    readSize.sent(minutes, found.bytes);
    return { kind: 'in full', read: { ...minutes, begun } };
  }

  /** Sends the next part of a minute too large for one read; after the last part it writes the row. */
  async sendPart(asked: MinuteInParts, rules: RulesByMinute, rows: Rows): Promise<Sent> {
    const { readSize, delivery } = this.#options;
    const { minute } = asked;
    const now = { ...rules.by(minute), readAt: rows.get(minute)?.readAt ?? 0 };
    const part = { base: now, ...beginning(asked, delivery.clock.now()) };
    const { begun, compared, base } = part;
    // What was sent by other rules than the rest would make no row.
    if (base.policy !== now.policy || base.naming !== now.naming) return { kind: 'judged otherwise', minute };
    const { ended, found, outcomes } = await this.send(rangeOf(part), rules, rows);
    if (ended !== 'in full')
      return { kind: 'not in full', ended, bytes: found.bytes, shrink: () => smallerPart(part, found) };
    const after = afterPart(part, { ...outcomes.of(minute), ...found.of(minute) }, readSize.partBytes);
    if (after.left !== undefined) return { kind: 'part', left: after.left };
    const isSame = base.readAt === now.readAt;
    const other = isSame ? (compared ?? (await this.#secondRead(minute, rows, after.sums))) : undefined;
    const sent = { minute, sums: isSame ? after.sums : allKnown(after.sums), begun, compared: other };
    if (!(await this.#write(sent, rules, rows))) return { kind: 'judged otherwise', minute };
    const whole = minuteFrom(minute);
    readSize.sent(whole, after.sums.bytes);
    return { kind: 'in full', read: { ...whole, begun } };
  }

  #write(sent: Omit<SentMinute, 'policy' | 'naming'>, rules: RulesByMinute, rows: Rows): Promise<boolean> {
    const { rows: writer, anew } = this.#options;
    return writer.write({ ...sent, ...rules.by(sent.minute) }, rows.get(sent.minute), anew);
  }

  /** A line may be so new that one of two reads lacks it: what the comparing pass found is sent, in three reads at most. */
  async #sendAll(minutes: Minutes, rules: RulesByMinute, rows: Rows, compared?: (minute: number) => Found) {
    const lacks = (found: FoundByMinute) =>
      beginnings(minutes).some((minute) => found.of(minute).lines < (compared?.(minute).lines ?? 0));
    let sent = await this.send(minutes, rules, rows);
    for (let again = 0; again < 2 && sent.ended === 'in full' && lacks(sent.found); again += 1)
      sent = await this.send(minutes, rules, rows);
    return sent;
  }

  /** Reads a minute again where lines seem to be gone. */
  async #secondRead(minute: number, rows: Rows, found: Found): Promise<Found | undefined> {
    const row = rows.get(minute);
    if (row === undefined || goneSince(row.last, found) === 0) return undefined;
    const read = await this.#read(minuteFrom(minute), rows, () => false);
    return read.ended === 'in full' ? read.found.of(minute) : undefined;
  }

  /** Reads a range once and gives every line its outcome; writes no row. */
  async send(range: Minutes, rules: RulesByMinute, rows: Rows, isTooMuch = this.#tooMuchFor(range)) {
    const delivery = new Delivery(this.#options.delivery, (minute) => rules.rules(minute));
    try {
      const { ended, found } = await this.#read(range, rows, isTooMuch, (lines) => delivery.take(lines));
      this.#ingestionDelay = Math.max(this.#ingestionDelay, found.delay);
      return { ended, found, outcomes: delivery.outcomes };
    } finally {
      for (const key of TOTALS) this.#totals[key] += delivery.outcomes.totals[key];
    }
  }

  async #read(
    { from, to }: Minutes,
    rows: Rows,
    isTooMuch: IsTooMuch,
    take: Delivery['take'] = async () => {},
  ): Promise<RangeRead> {
    const found = new FoundByMinute((minute) => rows.get(minute)?.last.seenUntil ?? Number.POSITIVE_INFINITY);
    try {
      const ended = await this.#options.reader.readInFull(
        { startTime: from, endTime: to - 1 },
        async ({ lines, hashes }) => {
          for (const [at, line] of lines.entries()) found.add(line, hashes[at] ?? hashOf(line.origin.eventId));
          await take(lines);
          return !isTooMuch(found);
        },
      );
      return { ended, found };
    } finally {
      this.#bytesRead += found.bytes;
    }
  }

  #tooMuchFor(range: Minutes): IsTooMuch {
    return (found) => this.#options.readSize.isTooMuch(range, found);
  }
}

const TOTALS = Object.keys(noTotals()) as (keyof Totals)[];
