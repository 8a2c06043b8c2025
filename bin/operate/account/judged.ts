import { type Route, type Rules, route } from '../../../lambda/core/document/judge.ts';
import { MinuteSums } from '../../../lambda/core/ledger/counts.ts';
import type { Sums } from '../../../lambda/core/ledger/row.ts';
import type { Line } from '../../../lambda/core/line.ts';
import { floorMinute, isoTime } from '../../../lambda/core/time.ts';
import type { Named } from '../../../lib/elasticsearch/documents.ts';

/** A document that must be there, or be parked in its place. */
export interface Expected extends Named {
  readonly minute: number;
  readonly index: string;
  /** An event that Elasticsearch refused is parked under its id; what is no event was parked from the first. */
  readonly kind: 'event' | 'parked';
  /** How many documents a parked line takes. */
  readonly parts: number;
  readonly ingestionTime: number;
}

/** Lines judged anew, each by the policy of its minute: which documents they make, and what their rows must say. */
export class Judged {
  /** By id; lines that say the same event again are one. */
  readonly expected = new Map<string, Expected>();
  /** By eventId, what dropped a line. */
  readonly dropped = new Map<string, string>();
  readonly #rulesOf: (minute: number) => Rules;
  readonly #sums = new MinuteSums();

  constructor(rulesOf: (minute: number) => Rules) {
    this.#rulesOf = rulesOf;
  }

  /** Lines, bytes and digest of a minute; not what became of them. */
  found(minute: number): Sums {
    return this.#sums.of(minute);
  }

  take(line: Line): void {
    this.#sums.found(line);
    const minute = floorMinute(line.timestamp);
    // Of a document only id and index matter here, so the time it would be handled at is any.
    const routed = route(line, this.#rulesOf(minute), line.ingestionTime);
    if (routed.kind === 'dropped') this.dropped.set(line.eventId, dropper(routed));
    else if (!this.expected.has(routed.parcel.id))
      this.expected.set(routed.parcel.id, expectation(minute, line, routed));
  }
}

function expectation(minute: number, line: Line, { parcel }: Extract<Route, { kind: 'send' }>): Expected {
  const { id, kind, items } = parcel;
  return {
    id,
    minute,
    time: isoTime(line.timestamp),
    stream: line.stream,
    eventId: line.eventId,
    kind,
    index: items[0]?.index ?? '',
    parts: items.length,
    ingestionTime: line.ingestionTime,
  };
}

function dropper({ by, rule }: Extract<Route, { kind: 'dropped' }>): string {
  return by === 'rule' ? `rules[${rule}]` : by;
}
