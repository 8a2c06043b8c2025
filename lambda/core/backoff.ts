/** Exponential backoff with full jitter: uniform between nothing and the doubled wait, so that waiters spread out. */
export function backoff(attempt: number, random: number, base = 200, cap = 10_000): number {
  return Math.floor(random * Math.min(cap, base * 2 ** Math.min(attempt, 30)));
}
