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
