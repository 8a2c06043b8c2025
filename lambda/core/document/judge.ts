import { createHash } from 'node:crypto';
import type { Cluster, Profile } from '../../contract.ts';
import type { BulkItem } from '../bulk/bulk.ts';
import type { IndexPattern } from '../index-pattern.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { Dropper, Outcome, ParkReason } from '../ledger/outcome.ts';
import type { Line } from '../line.ts';
import { applyPolicy, omitsManagedFields, type Verdict } from '../policy/evaluate.ts';
import type { Policy } from '../policy/policy.ts';
import { atMetadata, reduced, reducedText, widestWhereTwice } from '../policy/reduce.ts';
import { type Decoded, decode } from './decode.ts';
import { bodyOf, type Tag } from './document.ts';
import { eventTime } from './event-time.ts';
import { eventId, lineId } from './identity.ts';
import { PART_SIZES, type Parking, parkedItems } from './parked.ts';
import { judgeStart } from './truncated.ts';

/** What a line is judged by, and what its document says of its cluster. */
export interface Rules {
  readonly cluster: Cluster;
  readonly policy: Policy;
  /** What documents are made of an event, and of which indices each is; at least one. */
  readonly profiles: readonly { readonly name: Profile; readonly index: IndexPattern }[];
}

/** An event's document of one profile. */
export interface EventItem extends BulkItem {
  readonly profile: Profile;
  /** When its index stops taking writes, milliseconds. */
  readonly indexEnd: number;
}

/** A line on its way to Elasticsearch: it has its outcome when all its items are confirmed. */
export type Parcel = {
  readonly id: string;
  readonly line: Line;
  /** CloudWatch had cut its line. */
  readonly truncated: boolean;
} & (
  | {
      readonly kind: 'event';
      /** One of each profile. */
      readonly items: readonly EventItem[];
      /** All that is kept of its line: what is parked in its place. */
      readonly text: string;
      /** What to send in the place of one that Elasticsearch refuses. Default: of the first. */
      readonly parkedAs: (reason: ParkReason, detail: string, item?: EventItem) => ParkedParcel;
    }
  | {
      readonly kind: 'parked';
      /** One, or all parts of one. */
      readonly items: readonly BulkItem[];
      readonly reason: ParkReason;
      /** The same in smaller parts, for a server that refuses these; absent where there are none. */
      readonly smaller?: () => ParkedParcel;
    }
);
export type EventParcel = Extract<Parcel, { kind: 'event' }>;
export type ParkedParcel = Extract<Parcel, { kind: 'parked' }>;

/** The outcome of a line that is dropped; of any other what to send, whose answer decides. */
export type Judgement =
  | { readonly kind: 'send'; readonly parcel: Parcel }
  /** `truncated`: CloudWatch had cut it. */
  | (Extract<Outcome, { readonly kind: 'dropped' }> & { readonly truncated?: true });

/**
 * Decides what becomes of one line. Never throws: what could not be judged is parked. `now` is only written into the
 * document, nothing depends on it.
 */
export function judge(line: Line, rules: Rules, now: number): Judgement {
  try {
    return judgeLine(line, rules, now);
  } catch (error) {
    const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const id = lineId(rules.cluster.name, line.timestamp, line.message);
    const text = withoutBodies(line.message);
    return { kind: 'send', parcel: parked(line, rules, now, { reason: 'not judged', detail, id, text }) };
  }
}

/** What no policy has judged must not show a body; what can't even be cut shows nothing. */
function withoutBodies(message: string): string {
  try {
    const cut = atMetadata(message);
    if (cut !== undefined) return cut;
  } catch {
    // Then its length and hash must do.
  }
  return `${message.length} characters, SHA-256 ${createHash('sha256').update(message).digest('hex')}`;
}

function judgeLine(line: Line, rules: Rules, now: number): Judgement {
  const decoded = decode(line.message);
  if (decoded.kind === 'undecodable') return judgeUndecodable(line, rules, now, decoded);
  const verdict = applyPolicy(rules.policy, decoded.event);
  if (verdict.kind === 'dropped') return { kind: 'dropped', by: dropper(verdict) };
  const omits = omitsManagedFields(rules.policy, verdict.rule);
  const widest = widestWhereTwice(decoded.event, decoded.text, verdict.level, omits);
  const kept = widest === undefined ? verdict.event : reduced(decoded.event, widest);
  const event = isObject(kept) ? kept : decoded.event;
  const isWhole = event === decoded.event && widest === undefined;
  const text = isWhole ? decoded.text : reducedText(decoded.text, widest ?? verdict);
  const id = eventId(rules.cluster.name, decoded.text, decoded.event);
  return { kind: 'send', parcel: eventParcel(line, rules, now, inTime(line, { id, event, text })) };
}

type Undecoded = Extract<Decoded, { readonly kind: 'undecodable' }>;

/** What is cut goes by CloudWatch's time: the event's own stands at its end. */
function judgeUndecodable(line: Line, rules: Rules, now: number, { reason, text }: Undecoded): Judgement {
  const { timestamp: time, message } = line;
  const id = lineId(rules.cluster.name, time, text);
  const start = judgeStart(text, rules.policy);
  if (start === undefined) return { kind: 'send', parcel: parked(line, rules, now, { reason, id, text: message }) };
  if (start.kind === 'dropped') return { kind: 'dropped', by: dropper(start), truncated: true };
  return { kind: 'send', parcel: eventParcel(line, rules, now, { ...start, id, time }) };
}

/** An event as the policy keeps it. */
interface Kept {
  readonly id: string;
  readonly event: JsonObject;
  readonly text: string;
  /** `@timestamp`, milliseconds. */
  readonly time: number;
  readonly tags: readonly Tag[];
}

/** By the event's own time, where that can be believed. */
function inTime(line: Line, kept: Pick<Kept, 'id' | 'event' | 'text'>): Kept {
  const { time, clock } = eventTime(kept.event, line.timestamp);
  return { ...kept, time, tags: clock ? ['clock'] : [] };
}

/**
 * The parcel of what was parked after the policy, which is not applied again. `text`: all that the line says of it.
 * `id`: made of the line before anything was removed. undefined: the text is no whole event.
 */
export function keptParcel(
  line: Line,
  rules: Rules,
  now: number,
  { id, text }: Pick<Kept, 'id' | 'text'>,
): EventParcel | undefined {
  const decoded = decode(text);
  if (decoded.kind !== 'event') return undefined;
  return eventParcel(line, rules, now, inTime(line, { id, text, event: decoded.event }));
}

function eventParcel(line: Line, rules: Rules, now: number, { id, event, text, time, tags }: Kept): EventParcel {
  const { cluster, profiles } = rules;
  const recorded = { event, line, cluster, id, time, ingested: now, original: text };
  const truncated = tags.includes('truncated');
  const items = profiles.map(({ name, index }) => ({
    id,
    index: index.name(cluster.indexName, time),
    body: bodyOf(name, recorded, tags),
    profile: name,
    indexEnd: index.end(time),
  }));
  const parkedAs: EventParcel['parkedAs'] = (reason, detail, item = items[0]) => {
    const of = item === undefined ? {} : { meant: { id, index: item.index, profile: item.profile } };
    return parked(line, rules, now, { reason, detail, id, text, truncated, ...of });
  };
  return { kind: 'event', id, line, truncated, items, text, parkedAs };
}

interface ParkedText {
  readonly reason: ParkReason;
  readonly detail?: string;
  readonly id: string;
  readonly text: string;
  /** Default: as the reason says. */
  readonly truncated?: boolean;
  readonly meant?: NonNullable<Parking['meant']>;
}

export function parked(line: Line, { cluster }: Rules, ingested: number, what: ParkedText): ParkedParcel {
  const { reason, id, truncated = reason === 'truncated' } = what;
  const parking = { detail: '', ...what, line, cluster, ingested };
  const parcel = { kind: 'parked', reason, id, line, truncated } as const;
  const items = parkedItems(parking);
  const smaller = () => ({ ...parcel, items: parkedItems(parking, PART_SIZES.small) });
  return Buffer.byteLength(what.text) > PART_SIZES.small ? { ...parcel, items, smaller } : { ...parcel, items };
}

function dropper({ by, rule }: Extract<Verdict, { kind: 'dropped' }>): Dropper {
  return by === 'rule' ? `rules[${rule}]` : by;
}
