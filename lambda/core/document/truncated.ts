import type { JsonObject } from '../json.ts';
import { applyPolicy, omitsManagedFields, type Verdict } from '../policy/evaluate.ts';
import type { Policy } from '../policy/policy.ts';
import { BODIES, type Reduction, reduced, reducedStart, widestReduction } from '../policy/reduce.ts';
import { isAuditEvent } from './decode.ts';
import type { Tag } from './document.ts';
import { type Recovered, recovered } from './recovered.ts';

/** What the policy makes of an event that CloudWatch has cut. */
export type JudgedStart =
  /** `event` has no body. */
  | { readonly kind: 'kept'; readonly event: JsonObject; readonly text: string; readonly tags: readonly Tag[] }
  | Extract<Verdict, { readonly kind: 'dropped' }>;

const BYTE_ORDER_MARK = '\ufeff';

/**
 * Judges an event by the beginning of its line; undefined for what is none. It is kept where the line does not show
 * what policies ask for, and then without any body: nobody knows what the policy would take.
 */
export function judgeStart(line: string, policy: Policy): JudgedStart | undefined {
  const text = line.startsWith(BYTE_ORDER_MARK) ? line.slice(BYTE_ORDER_MARK.length) : line;
  const found = recovered(text);
  if (found?.isCut !== true || !isAuditEvent(found.event)) return undefined;
  const verdict = isJudgeable(found) ? applyPolicy(policy, found.event) : undefined;
  if (verdict?.kind === 'dropped') return verdict;
  const taken =
    verdict === undefined
      ? unjudged(found)
      : widestReduction(found.event, verdict.level, omitsManagedFields(policy, verdict.rule));
  const event = taken === undefined ? found.event : reduced(found.event, taken);
  const left = taken === undefined ? text : leftOf(text, found, taken);
  return left === text
    ? { kind: 'kept', event, text: line, tags: ['truncated'] }
    : { kind: 'kept', event, text: left, tags: ['truncated', 'reduced'] };
}

/** The order in which the API server writes an event's fields. */
const ORDER = [
  ...['kind', 'apiVersion', 'level', 'auditID', 'stage', 'requestURI', 'verb', 'user', 'impersonatedUser', 'sourceIPs'],
  ...['userAgent', 'objectRef', 'responseStatus', 'requestObject', 'responseObject', 'requestReceivedTimestamp'],
  ...['stageTimestamp', 'annotations'],
];
/** The last of the fields that policies ask for. */
const LAST_ASKED = ORDER.indexOf('objectRef');

/**
 * Whether the line shows all that policies ask for. The API server writes an event's fields in one order and each of
 * them once, so where objectRef is whole, or a later field has begun, those before are there whole or not at all. In
 * a line that goes by another order nothing is known of what is cut.
 */
function isJudgeable({ keys, open }: Recovered): boolean {
  const places = keys.map((key) => ORDER.indexOf(key)).filter((place) => place >= 0);
  const last = places.at(-1) ?? -1;
  const isInOrder = places.every((place, at) => at === 0 || place > (places[at - 1] ?? 0));
  return isInOrder && (last > LAST_ASKED || (last === LAST_ASKED && open !== 'objectRef'));
}

/** What an event loses of which nobody knows what the policy keeps; undefined where its line comes to no body. */
function unjudged({ keys }: Recovered): Reduction | undefined {
  const hasBody = keys.some((key) => BODIES.some((body) => body === key));
  return hasBody ? { level: 'Metadata', cuts: BODIES.map((body) => [body]) } : undefined;
}

/** It ends before the first body that goes, whatever stands behind it. */
function leftOf(text: string, { before }: Recovered, taken: Reduction): string {
  const gone = BODIES.filter((body) => taken.cuts.some((path) => path.length === 1 && path[0] === body));
  const end = Math.min(text.length, ...gone.map((body) => before[body]));
  return reducedStart(text.slice(0, end), taken);
}
