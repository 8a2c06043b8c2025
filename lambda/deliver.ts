import { type Parcel, type Route, type Rules, route } from './core/document/judge.ts';
import { type Fate, MinuteSums } from './core/ledger/counts.ts';
import type { Outcome, Tally } from './core/ledger/tally.ts';
import type { Line } from './core/line.ts';
import { floorMinute } from './core/time.ts';
import type { Clock, TimeRange, WarmMemory } from './ports.ts';
import type { Ended, Reader } from './reader.ts';
import type { Sender } from './sender.ts';

export interface Passing {
  readonly reader: Reader;
  readonly clock: Clock;
  readonly tally: Tally;
  readonly memory: WarmMemory;
  readonly sender: Pick<Sender, 'send'>;
}

/** What a read of a range found, by minute, and how it ended. */
export interface Found {
  readonly ended: Ended;
  readonly sums: MinuteSums;
}

/** Reads a range once and only counts: pages are parsed and eventIds hashed, messages not looked into. */
export async function compare(passing: Passing, range: TimeRange, tooMuch: number): Promise<Found> {
  const sums = new MinuteSums();
  const ended = await passing.reader.readInFull(range, async (lines) => {
    for (const line of lines) sums.found(line);
    return sums.bytes <= tooMuch;
  });
  passing.tally.bytesRead += sums.bytes;
  return { ended, sums };
}

/** Reads a range once and gives every line its outcome. */
export class SendingPass {
  readonly #passing: Passing;
  readonly #rulesOf: (minute: number) => Rules;
  /** Ids of this pass by minute: a line whose id is among its minute's is a duplicate. */
  readonly #seen = new Map<number, Set<string>>();
  readonly #sums = new MinuteSums();
  #settled = 0;

  constructor(passing: Passing, rulesOf: (minute: number) => Rules) {
    this.#passing = passing;
    this.#rulesOf = rulesOf;
  }

  async send(range: TimeRange, tooMuch: number): Promise<Found> {
    const { reader } = this.#passing;
    const ended = await reader.readInFull(range, async (lines) => {
      await this.#page(lines);
      return this.#sums.bytes <= tooMuch;
    });
    return { ended, sums: this.#sums };
  }

  async #page(lines: readonly Line[]): Promise<void> {
    const { tally } = this.#passing;
    const before = this.#settled;
    const parcels: Parcel[] = [];
    for (const line of lines) {
      this.#note(line);
      const parcel = this.#judge(line);
      if (parcel !== undefined) parcels.push(parcel);
    }
    await this.#passing.sender.send(parcels, (parcel, outcome) => this.#confirmed(parcel, outcome));
    const without = lines.length - (this.#settled - before);
    tally.unaccounted += without;
    tally.read += without;
  }

  #note(line: Line): void {
    const { tally } = this.#passing;
    this.#sums.found(line);
    tally.bytesRead += Buffer.byteLength(line.message);
    tally.ingestionDelay = Math.max(tally.ingestionDelay, line.ingestionTime - line.timestamp);
  }

  /** The parcel to send; none where the line has its outcome already. */
  #judge(line: Line): Parcel | undefined {
    const {
      clock,
      memory: { confirmed },
    } = this.#passing;
    const minute = floorMinute(line.timestamp);
    const routed = route(line, this.#rulesOf(minute), clock.now());
    if (routed.kind === 'dropped') return this.#settle(line, 'dropped', { kind: 'dropped', by: dropper(routed) });
    const { parcel } = routed;
    if (this.#isSeen(minute, parcel.id)) return this.#settle(line, 'duplicate', { kind: 'duplicate' });
    const known = parcel.kind === 'event' && confirmed.has(parcel.id);
    if (known) return this.#settle(line, 'alreadyIndexed', { kind: 'kept' });
    return parcel;
  }

  /** By minute, so that a row is the same whichever minutes are read together. */
  #isSeen(minute: number, id: string): boolean {
    const ids = this.#seen.get(minute) ?? new Set();
    this.#seen.set(minute, ids);
    return ids.size === ids.add(id).size;
  }

  #confirmed(parcel: Parcel, outcome: Outcome): void {
    if (parcel.kind === 'event') {
      this.#passing.memory.confirmed.remember(parcel.id);
      this.#settle(parcel.line, outcome, { kind: 'kept' });
      return;
    }
    if (parcel.reason === 'truncated') this.#passing.tally.truncated += 1;
    this.#settle(parcel.line, 'parked', { kind: 'parked', why: parcel.reason });
  }

  #settle(line: Line, outcome: Outcome, fate: Fate): undefined {
    const { tally } = this.#passing;
    this.#settled += 1;
    tally.read += 1;
    tally[outcome] += 1;
    this.#sums.settled(line, fate);
  }
}

/** As the ledger names it. */
function dropper({ by, rule }: Extract<Route, { kind: 'dropped' }>): string {
  return by === 'rule' ? String(rule) : by;
}
