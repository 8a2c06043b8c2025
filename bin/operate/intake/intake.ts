import { Confirmed } from '../../../lambda/core/document/confirmed.ts';
import type { Rules } from '../../../lambda/core/document/judge.ts';
import { addCounts, type Counts, noTotals, type Totals } from '../../../lambda/core/ledger/counts.ts';
import type { FileLine } from '../../../lambda/core/line.ts';
import { floorMinute } from '../../../lambda/core/time.ts';
import { Delivery, type DeliveryOptions } from '../../../lambda/deliver.ts';

/** By what lines are judged that are filed under these minutes; the answer is asked for these alone. */
export type RulesFor = (minutes: readonly number[]) => Promise<(minute: number) => Rules>;

export interface IntakeOptions extends Pick<DeliveryOptions, 'sender' | 'clock'> {
  readonly rulesFor: RulesFor;
}

/** What became of lines; plain JSON, to be kept beside how far a file was read. */
export interface Taken {
  readonly totals: Readonly<Totals>;
  /** By rule. */
  readonly dropped: Counts;
  /** By reason. */
  readonly parked: Counts;
}

export const NOTHING_TAKEN: Taken = { totals: noTotals(), dropped: {}, parked: {} };

export function addTaken(one: Taken, other: Taken): Taken {
  const sum: Record<string, number> = addCounts(one.totals, other.totals);
  return {
    totals: { ...noTotals(), ...sum },
    dropped: addCounts(one.dropped, other.dropped),
    parked: addCounts(one.parked, other.parked),
  };
}

/** Gives lines from files their outcome, batch by batch, by the pipeline of the function. It keeps none of them. */
export class Intake {
  readonly #options: IntakeOptions;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /**
   * Done when each line has its outcome, confirmed by Elasticsearch. Throws `Stopped` where the sender gives up: then
   * some may be confirmed and none is counted, and taken again these are already indexed.
   */
  async take(lines: readonly FileLine[]): Promise<Taken> {
    const { sender, clock, rulesFor } = this.#options;
    const minutes = new Set(lines.map(({ timestamp }) => floorMinute(timestamp)));
    // Each batch has a memory of its own: the ids of a year would not fit.
    const delivery = new Delivery({ sender, clock, confirmed: new Confirmed(0) }, await rulesFor([...minutes]));
    await delivery.take(lines);
    const all = [...minutes].map((minute) => delivery.outcomes.of(minute));
    return {
      totals: delivery.outcomes.totals,
      dropped: all.reduce((sum: Counts, { dropped }) => addCounts(sum, dropped), {}),
      parked: all.reduce((sum: Counts, { parked }) => addCounts(sum, parked), {}),
    };
  }
}
