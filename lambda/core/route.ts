import type { BulkItem } from './bulk.ts';
import { decode } from './decode.ts';
import { documentBody, type Tag } from './document.ts';
import { applyPolicy } from './evaluate.ts';
import { eventTime } from './event-time.ts';
import type { Site } from './fields.ts';
import { eventId, lineId } from './identity.ts';
import { indexName, periodEnd } from './index-name.ts';
import { isObject, type JsonObject } from './json.ts';
import type { Line } from './line.ts';
import { type ParkReason, parkedItems } from './parked.ts';
import { reducedText } from './policy/reduce.ts';
import type { Policy } from './rules.ts';

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
  const text = kept === decoded.event ? decoded.text : reducedText(decoded.text, verdict);
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
  const index = indexName(rules.index, site.indexCluster, time);
  const tags: Tag[] = clock ? ['clock'] : [];
  const body = documentBody({ event, line, site, id, time, ingested: now, original: text }, tags);
  return {
    kind: 'event',
    id,
    line,
    items: [{ index, id, body }],
    indexEnd: periodEnd(rules.index, time),
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
