import type { BulkItem } from '../bulk/bulk.ts';
import { PARKED } from '../index-pattern.ts';
import type { Line } from '../line.ts';
import { isoTime } from '../time.ts';
import type { Undecodable } from './decode.ts';
import { plant } from './document.ts';
import { MAX_UNITS } from './fit.ts';
import { origin, type Recorded, type Site } from './profiles/ecs.ts';

/** The short list of reasons; whoever counts or redrives what is parked reads these. */
export type ParkReason =
  | Undecodable
  /** Elasticsearch refused this document, and would again. */
  | 'refused by the mapping'
  | 'too large'
  /** The index of the event's day takes no more writes. */
  | 'index closed';

export interface Parking {
  readonly reason: ParkReason;
  /** What Elasticsearch or the decoder said; empty where there is nothing to add. */
  readonly detail: string;
  readonly line: Line;
  readonly site: Site;
  /** By the same rule as a document's; a second parking meets the first. */
  readonly id: string;
  readonly ingested: number;
  /** Before the policy the exact line, after it the event as kept: what the policy removed must not come back here. */
  readonly text: string;
  /** Parked after the policy: where the document would have gone. */
  readonly meant?: { readonly id: string; readonly index: string };
}

const PART_BYTES = 256 * 1024;
/** A UTF-16 unit takes at most three bytes of UTF-8. */
const PART_UNITS = Math.floor(PART_BYTES / 3);

/** One item, or numbered parts of what is over 256 KiB. */
export function parkedItems(parking: Parking): readonly BulkItem[] {
  const texts = parts(parking.text);
  const index = PARKED.name(parking.site.indexCluster, parking.line.timestamp);
  return texts.map((text, at) => ({
    index,
    id: at === 0 ? parking.id : `${parking.id}.${at + 1}`,
    body: body(parking, text, at + 1, texts.length),
  }));
}

function body(parking: Parking, text: string, part: number, count: number): string {
  const { line, site, id, ingested, meant } = parking;
  const recorded: Recorded = { event: {}, line, site, id, time: line.timestamp, ingested, original: text };
  return JSON.stringify({
    ...plant(origin, recorded).tree,
    '@timestamp': isoTime(line.timestamp),
    event: { id, ingested: isoTime(ingested), original: text },
    orchestrator: { cluster: { name: site.cluster } },
    parked: {
      reason: parking.reason,
      detail: parking.detail.slice(0, MAX_UNITS),
      ...(meant === undefined ? {} : { id: meant.id, index: meant.index }),
      ...(count === 1 ? {} : { part, parts: count }),
    },
  });
}

function parts(text: string): readonly string[] {
  if (Buffer.byteLength(text) <= PART_BYTES) return [text];
  const found: string[] = [];
  for (let from = 0; from < text.length; ) {
    const last = text.charCodeAt(from + PART_UNITS - 1);
    const splitsPair = last >= 0xd800 && last <= 0xdbff;
    const to = from + (splitsPair ? PART_UNITS - 1 : PART_UNITS);
    found.push(text.slice(from, to));
    from = to;
  }
  return found;
}
