import type { Step } from './walk.ts';

export const PAGE_BYTES = 2 ** 20;
export const PAGE_EVENTS = 10_000;

/** Takes what fits: `limit` events, 1 MiB of messages, but always at least one event. `more`: something was left. */
export function fill(steps: Iterable<Step>, limit: number, bytes = PAGE_BYTES): { steps: Step[]; more: boolean } {
  const taken: Step[] = [];
  let size = 0;
  for (const step of steps) {
    size += step.event.bytes;
    if (taken.length === limit || (taken.length > 0 && size > bytes)) return { steps: taken, more: true };
    taken.push(step);
  }
  return { steps: taken, more: false };
}
