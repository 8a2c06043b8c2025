import { z } from 'zod';
import type { Step } from './walk.ts';

export const PAGE_BYTES = 2 ** 20;
export const PAGE_EVENTS = 10_000;

/** What everything that gives pages of events takes. */
export const PAGED = {
  logGroupName: z.string().optional(),
  logGroupIdentifier: z.string().optional(),
  startTime: z.number().int().min(0).optional(),
  endTime: z.number().int().min(0).optional(),
  nextToken: z.string().min(1).optional(),
  limit: z.number().int().min(1).max(PAGE_EVENTS).default(PAGE_EVENTS),
  startFromHead: z.boolean().optional(),
};

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
