/** How fast a run may go, how long it waits, and when it must begin nothing more. */

/** Exponential backoff with full jitter: uniform between nothing and the doubled wait, so that waiters spread out. */
export function backoff(attempt: number, random: number, base = 200, cap = 10_000): number {
  return Math.floor(random * Math.min(cap, base * 2 ** Math.min(attempt, 30)));
}

/** Kept free at a run's end: to confirm what is in flight, save cursors, emit metrics and release the lease. */
export const MARGIN = 2000;

/** Whether one more page may begin: as long as the slowest so far would end before the margin. All in milliseconds. */
export function timeForAnother(now: number, deadline: number, slowest: number, margin = MARGIN): boolean {
  return deadline - now > slowest + margin;
}

/** A token bucket: requests are spread over time, with room for one second's worth at once. */
export interface Bucket {
  readonly tokens: number;
  /** When `tokens` was right, milliseconds. */
  readonly at: number;
}

export function fullBucket(perSecond: number, now: number): Bucket {
  return { tokens: Math.max(1, perSecond), at: now };
}

/** Takes one token: the bucket after it, and how long to wait (milliseconds) before the request may go. */
export function take(bucket: Bucket, perSecond: number, now: number): { bucket: Bucket; wait: number } {
  const elapsed = Math.max(0, now - bucket.at) / 1000;
  const tokens = Math.min(Math.max(1, perSecond), bucket.tokens + elapsed * perSecond) - 1;
  return {
    bucket: { tokens, at: Math.max(now, bucket.at) },
    wait: tokens >= 0 ? 0 : Math.ceil((-tokens / perSecond) * 1000),
  };
}

/** A source's share, requests per second: half of it while a backfill of the same source has its mark in the table. */
export function shareOf(perSecond: number, backfillUntil: number | undefined, now: number): number {
  return backfillUntil !== undefined && backfillUntil > now ? perSecond / 2 : perSecond;
}
