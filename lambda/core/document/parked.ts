import type { Cluster, Profile } from '../../contract.ts';
import type { BulkItem } from '../bulk/bulk.ts';
import { PARKED } from '../index-pattern.ts';
import type { ParkReason } from '../ledger/outcome.ts';
import { inCloudWatch, type Line } from '../line.ts';
import { isoTime } from '../time.ts';
import { extractor } from './extractor.ts';
import { fitValue, MAX_UNITS } from './fit.ts';
import { parkedMessage, saidBy } from './parked-message.ts';
import { origin } from './profiles/ecs.ts';
import { type Column, column, type Recorded } from './recorded.ts';

export interface Parking {
  readonly reason: ParkReason;
  /** What Elasticsearch or the decoder said; empty where there is nothing to add. */
  readonly detail: string;
  readonly line: Line;
  readonly cluster: Cluster;
  /** By the same rule as a document's; a second parking meets the first. */
  readonly id: string;
  readonly ingested: number;
  /** Before the policy the exact line, after it the event as kept: what the policy removed must not come back here. */
  readonly text: string;
  /** Parked after the policy: where the document would have gone. */
  readonly meant?: { readonly id: string; readonly index: string; readonly profile?: Profile };
}

const extractOrigin = extractor(origin);

/** All that a parked document may hold. */
export const parkedColumns: readonly Column[] = [
  ...origin,
  column('@timestamp', 'date'),
  column('event.id', 'keyword'),
  column('event.ingested', 'date'),
  column('event.original', 'stored'),
  { ...column('message', 'text'), since: 2 },
  column('orchestrator.cluster.name', 'keyword'),
  column('parked.reason', 'keyword'),
  column('parked.detail', 'text'),
  column('parked.id', 'keyword'),
  column('parked.index', 'keyword'),
  column('parked.part', 'integer'),
  column('parked.bytes', 'integer'),
  column('parked.parts', 'integer'),
  // Of the whole text, bytes: whoever lists what is parked reads no text.
  { ...column('parked.size', 'long'), since: 2 },
  // Of the mark beside what was redriven: what became of the line, and where.
  ...['outcome', 'by', 'id', 'index'].map((name) => ({ ...column(`parked.redriven.${name}`, 'keyword'), since: 2 })),
];

/** Bytes of a part's text. The smaller ones are for a server that refuses larger documents. */
export const PART_SIZES = { usual: 256 * 1024, small: 16 * 1024 } as const;
/** A UTF-16 unit takes at most three bytes of UTF-8. */
const BYTES_PER_UNIT = 3;

/** One item, or numbered parts where the text is larger than a part. The parts of each size have ids of their own. */
export function parkedItems(parking: Parking, partBytes: number = PART_SIZES.usual): readonly BulkItem[] {
  const texts = parts(parking.text, partBytes);
  const said = parking.meant === undefined ? undefined : saidBy(parking.text);
  const index = PARKED.name(parking.cluster.indexName, parking.line.timestamp);
  const whole = parkedId(parking.id, parking.meant?.profile);
  const size = Buffer.byteLength(parking.text);
  return texts.map((text, at) => {
    const part = texts.length === 1 ? undefined : { part: at + 1, parts: texts.length, bytes: partBytes };
    const id = part === undefined ? whole : `${whole}.${partBytes / 1024}.${part.part}`;
    return { index, id, body: body(parking, { text, size, said, part }) };
  });
}

/** What a document is parked under, whole: the profile `ecs`, as what is of none, by the id that it would have. */
export function parkedId(id: string, profile: Profile = 'ecs'): string {
  return profile === 'ecs' ? id : `${id}.${profile}`;
}

/** Of the id of a parked document, that of the whole: parts have their size and number behind it, a mark that it is one. */
export function wholeId(id: string): string {
  return id.replace(/(\.\d+\.\d+|\.redriven)$/, '');
}

/** The id of the mark that stands beside a line that was redriven: in the same index, since no key may change or delete. */
export function markId(id: string): string {
  return `${id}.redriven`;
}

export function isMark(id: string): boolean {
  return id.endsWith('.redriven');
}

interface Part {
  readonly part: number;
  readonly parts: number;
  readonly bytes: number;
}

interface Held {
  /** All, or the part's. */
  readonly text: string;
  /** Of the whole text, bytes. */
  readonly size: number;
  readonly said: string | undefined;
  readonly part: Part | undefined;
}

function body(parking: Parking, { text, size, said, part }: Held): string {
  const { reason, line, cluster, id, ingested, meant } = parking;
  const recorded: Recorded = { event: {}, line, cluster, id, time: line.timestamp, ingested, original: text };
  const place = inCloudWatch(line.origin) === undefined ? 'log.file' : 'aws.cloudwatch';
  return JSON.stringify({
    ...extractOrigin(recorded).tree,
    '@timestamp': isoTime(line.timestamp),
    event: { id, ingested: isoTime(ingested), original: text },
    message: fitValue('text', parkedMessage({ reason, cluster: cluster.name, place, part, said })).value,
    orchestrator: { cluster: { name: cluster.name } },
    parked: {
      reason,
      detail: parking.detail.slice(0, MAX_UNITS),
      ...(meant === undefined ? {} : { id: meant.id, index: meant.index }),
      ...part,
      size,
    },
  });
}

function parts(text: string, partBytes: number): readonly string[] {
  if (Buffer.byteLength(text) <= partBytes) return [text];
  const units = Math.floor(partBytes / BYTES_PER_UNIT);
  const found: string[] = [];
  for (let from = 0; from < text.length; ) {
    const last = text.charCodeAt(from + units - 1);
    const splitsPair = last >= 0xd800 && last <= 0xdbff;
    const to = from + (splitsPair ? units - 1 : units);
    found.push(text.slice(from, to));
    from = to;
  }
  return found;
}
