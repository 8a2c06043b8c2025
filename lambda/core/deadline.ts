/** Kept free at a run's end: to confirm what is in flight, save cursors, emit metrics and release the lease. */
export const MARGIN = 2000;

/** Whether one more page may begin: as long as the slowest so far would end before the margin. All in milliseconds. */
export function timeForAnother(now: number, deadline: number, slowest: number, margin = MARGIN): boolean {
  return deadline - now > slowest + margin;
}
