import { at } from '../../../lambda/core/json.ts';
import { countOf } from '../facets.ts';
import { type Clause, either } from '../filter.ts';

/** Requests among the events of a bucket: one that lasts, like a watch, is recorded when it begins and when it ends. */

const AUDIT = 'kubernetes.audit';
const FAILED: Clause = { term: { 'event.outcome': 'failure' } };
/** Nobody was signed in: of these the beginning alone is recorded, whatever was asked. */
const NOBODY: Clause = { term: { [`${AUDIT}.responseStatus.code`]: 401 } };
const BEGUN: Clause = { term: { [`${AUDIT}.stage`]: 'ResponseStarted' } };
const COMPLETE: Clause = { term: { [`${AUDIT}.stage`]: 'ResponseComplete' } };
/** As the API server knows what lasts. */
const LASTING: Clause = either([
  { term: { 'event.action': 'watch' } },
  { terms: { [`${AUDIT}.objectRef.subresource`]: ['exec', 'attach', 'portforward', 'proxy', 'log'] } },
]);

const counting = (filter: readonly Clause[], must_not: readonly Clause[]) => ({
  filter: { bool: { filter, must_not } },
});

/** What an aggregation needs in it for `requestsIn`. */
export const REQUESTS = {
  refused: { filter: FAILED },
  begun: counting([BEGUN], [FAILED]),
  ended: counting([LASTING, COMPLETE], [FAILED]),
  begunRefused: counting([BEGUN, FAILED], [NOBODY]),
  endedRefused: counting([LASTING, COMPLETE, FAILED], [NOBODY]),
} as const;

export interface Requests {
  readonly requests: number;
  /** Of these. */
  readonly refused: number;
}

export function requestsIn(bucket: unknown, count = countOf(bucket)): Requests {
  const counted = (name: keyof typeof REQUESTS) => countOf(at(bucket, name));
  const twice = Math.min(counted('begun'), counted('ended'));
  const refusedTwice = Math.min(counted('begunRefused'), counted('endedRefused'));
  return { requests: count - twice - refusedTwice, refused: counted('refused') - refusedTwice };
}

/** What is counted: for who wonders why there are fewer requests than events. */
export const COUNTED =
  'Requests are counted, not events: one that lasts, like a watch, is recorded when it begins and when it ends.';
