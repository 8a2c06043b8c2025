import { judge, type Parcel, type Rules } from './core/document/judge.ts';
import { OutcomesByMinute } from './core/ledger/counts.ts';
import type { Outcome } from './core/ledger/outcome.ts';
import type { Line } from './core/line.ts';
import { floorMinute } from './core/time.ts';
import type { Clock, WarmMemory } from './ports.ts';
import type { Sender } from './sender.ts';

export interface DeliveryOptions {
  readonly sender: Pick<Sender, 'send'>;
  readonly confirmed: Pick<WarmMemory['confirmed'], 'has' | 'remember'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Gives lines their outcome: judges each, sends what is kept, and counts. Where the lines come from it does not know. */
export class Delivery {
  /** What became of the lines taken so far; also when `take` has thrown. */
  readonly outcomes = new OutcomesByMinute();
  readonly #options: DeliveryOptions;
  readonly #rulesOf: (minute: number) => Rules;
  /** Ids by minute: a line whose id is among its minute's is a duplicate. */
  readonly #seen = new Map<number, Set<string>>();

  /** `rulesOf`: by what the lines are judged that are filed under a minute. */
  constructor(delivering: DeliveryOptions, rulesOf: (minute: number) => Rules) {
    this.#options = delivering;
    this.#rulesOf = rulesOf;
  }

  /** Done when each line has its outcome. Throws `Stopped` where Elasticsearch ends the run. */
  async take(lines: readonly Line[]): Promise<void> {
    const { totals } = this.outcomes;
    const before = totals.read;
    const parcels: Parcel[] = [];
    for (const line of lines) {
      const parcel = this.#judge(line);
      if (parcel !== undefined) parcels.push(parcel);
    }
    await this.#options.sender.send(parcels, (parcel, outcome) => this.#confirmed(parcel, outcome));
    this.outcomes.addUnaccounted(lines.length - (totals.read - before));
  }

  /** The parcel to send; none where the line has its outcome already. */
  #judge(line: Line): Parcel | undefined {
    const { clock, confirmed } = this.#options;
    const minute = floorMinute(line.timestamp);
    const judgement = judge(line, this.#rulesOf(minute), clock.now());
    if (judgement.kind === 'dropped') return this.#count(line, judgement);
    const { parcel } = judgement;
    if (this.#isSeen(minute, parcel.id)) return this.#count(line, { kind: 'duplicate' });
    const known = parcel.kind === 'event' && parcel.items.every(({ index }) => confirmed.has(parcel.id, index));
    return known ? this.#count(line, { kind: 'already indexed' }, parcel.truncated) : parcel;
  }

  /** By minute, so that a row is the same whichever minutes are read together. */
  #isSeen(minute: number, id: string): boolean {
    const ids = this.#seen.get(minute) ?? new Set();
    this.#seen.set(minute, ids);
    return ids.size === ids.add(id).size;
  }

  #confirmed(parcel: Parcel, outcome: Outcome): void {
    if (outcome.kind !== 'parked')
      for (const { index } of parcel.items) this.#options.confirmed.remember(parcel.id, index);
    this.#count(parcel.line, outcome, parcel.truncated);
  }

  #count(line: Line, outcome: Outcome, truncated = false): undefined {
    this.outcomes.add(line.timestamp, outcome, truncated);
  }
}
