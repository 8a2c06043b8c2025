import type { BulkItem } from '../bulk/bulk.ts';
import { IndexPattern } from '../index-pattern.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { Line } from '../line.ts';
import { applyPolicy } from '../policy/evaluate.ts';
import type { Policy } from '../policy/policy.ts';
import { decode } from './decode.ts';
import { documentBody, type Tag } from './document.ts';
import { eventTime } from './event-time.ts';
import { eventId, lineId } from './identity.ts';
import { original } from './original.ts';
import { type ParkReason, parkedItems } from './parked.ts';
import type { Site } from './profiles/ecs.ts';

/** What every line of a run is judged by. */
export interface Rules {
  readonly site: Site;
  readonly policy: Policy;
  /** Pattern of the audit indices. */
  readonly index: string;
}

/** A line on its way to Elasticsearch: it has its outcome when all its items are confirmed. */
export type Parcel = {
  readonly id: string;
  readonly line: Line;
  readonly items: readonly BulkItem[];
} & (
  | {
      readonly kind: 'event';
      /** When the item's index stops taking writes, milliseconds. */
      readonly indexEnd: number;
      /** What to send in its place when Elasticsearch refuses it. */
      readonly parkedAs: (reason: ParkReason, detail: string) => Parcel;
    }
  | { readonly kind: 'parked'; readonly reason: ParkReason }
);

export type Route =
  | { readonly kind: 'send'; readonly parcel: Parcel }
  | { readonly kind: 'dropped'; readonly by: 'rule' | 'stage' | 'no rule'; readonly rule?: number | undefined };

/** Decides what becomes of one line. `now` is only written into the document, nothing depends on it. */
export function route(line: Line, rules: Rules, now: number): Route {
  const decoded = decode(line.message);
  if (decoded.kind === 'undecodable') {
    const id = lineId(rules.site.cluster, line.timestamp, decoded.text);
    return { kind: 'send', parcel: parked(line, rules, now, { reason: decoded.reason, id, text: line.message }) };
  }
  const verdict = applyPolicy(rules.policy, decoded.event);
  if (verdict.kind === 'dropped') return verdict;
  const kept = isObject(verdict.event) ? verdict.event : decoded.event;
  const text = original(decoded.text, kept !== decoded.event, (event) => {
    const again = applyPolicy(rules.policy, event);
    return again.kind === 'kept' ? again.event : kept;
  });
  return { kind: 'send', parcel: eventParcel(line, rules, now, decoded, kept, text) };
}

function eventParcel(
  line: Line,
  rules: Rules,
  now: number,
  decoded: { readonly event: JsonObject; readonly text: string },
  event: JsonObject,
  text: string,
): Parcel {
  const { site } = rules;
  const id = eventId(site.cluster, decoded.text, decoded.event);
  const { time, clock } = eventTime(event, line.timestamp);
  const pattern = IndexPattern.of(rules.index);
  const index = pattern.name(site.indexCluster, time);
  const tags: Tag[] = clock ? ['clock'] : [];
  const body = documentBody({ event, line, site, id, time, ingested: now, original: text }, tags);
  return {
    kind: 'event',
    id,
    line,
    items: [{ index, id, body }],
    indexEnd: pattern.end(time),
    parkedAs: (reason, detail) => parked(line, rules, now, { reason, detail, id, text, meant: { id, index } }),
  };
}

interface ParkedText {
  readonly reason: ParkReason;
  readonly detail?: string;
  readonly id: string;
  readonly text: string;
  readonly meant?: { readonly id: string; readonly index: string };
}

function parked(line: Line, { site }: Rules, ingested: number, what: ParkedText): Parcel {
  const items = parkedItems({ detail: '', ...what, line, site, ingested });
  return { kind: 'parked', reason: what.reason, id: what.id, line, items };
}
