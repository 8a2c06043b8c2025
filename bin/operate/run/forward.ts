import type { Settings } from '../../../lambda/contract.ts';
import type { Policy } from '../../../lambda/core/policy/policy.ts';
import { isoTime } from '../../../lambda/core/time.ts';
import type { Ports } from '../../../lambda/ports.ts';
import { type Report, run } from '../../../lambda/run.ts';
import { counted } from '../../cli/figures.ts';
import type { Progress } from '../../cli/progress.ts';
import { added, NO_RUN, type RunNumbers, summary, totalsOf } from '../../cli/totals.ts';
import { interruptible } from '../reach/interruptible.ts';

export interface Forwarding {
  readonly settings: Settings<Policy>;
  readonly ports: Ports;
  /** Names the holder of the lease, to us when we come again and to people. */
  readonly owner: string;
  /** End when everything readable has a confirmed outcome. */
  readonly once: boolean;
  /** Seconds between the begins of two runs. */
  readonly interval: number;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

export interface Forwarded extends RunNumbers {
  /** Why the last run failed; undefined where it did not. */
  readonly failure: string | undefined;
}

const SECOND = 1000;
/** Of a run, seconds: below it, the time that a run keeps free for its end would leave none to work in. */
const SHORTEST = 10;
const SHORTEST_ONCE = 55;
const BEFORE_THE_NEXT = 5;
/** How often a lease that another holds is asked for, in milliseconds. */
const ASK_AGAIN = 5 * SECOND;

/** Seconds that one run may take: it ends before the next is due, as in Lambda, except where that would be too soon. */
export function runTime(interval: number, once: boolean): number {
  return Math.max(interval - BEFORE_THE_NEXT, once ? SHORTEST_ONCE : SHORTEST);
}

/** Runs again and again, with `once` until nothing readable is left, until a run fails, or until the signal. */
export async function forward(forwarding: Forwarding): Promise<Forwarded> {
  const { settings, once, interval, signal, progress } = forwarding;
  const ports = interruptible(forwarding.ports, signal);
  const { clock } = ports;
  let result: Forwarded = { ...NO_RUN, failure: undefined };
  let waiting = false;
  while (!signal.aborted) {
    const began = clock.now();
    const deadline = began + runTime(interval, once) * SECOND;
    const report = await run(settings, ports, { id: forwarding.owner, deadline });
    const { frontierLag } = report.tally;
    const numbers = added(result, { totals: totalsOf(report.tally), frontierLag });
    result = { ...numbers, failure: failureOf(report.tally) };
    if (signal.aborted) return { ...result, failure: undefined };
    if (report.tally.ended === 'lease held elsewhere') {
      if (!waiting) progress.say(heldText(report));
      waiting = true;
      await clock.sleep(untilFree(report, clock.now()));
      continue;
    }
    waiting = false;
    if (result.failure !== undefined) progress.wrong(`The run failed: ${result.failure}`);
    if (once && (report.caughtUp || result.failure !== undefined)) break;
    progress.doing(`${summary(result)} · Ctrl-C ends it`);
    // A limit on bytes is a limit for an interval.
    if (!once || settings.maxBytesPerRun !== null)
      await clock.sleep(Math.max(0, began + interval * SECOND - clock.now()));
  }
  return result;
}

function failureOf({ ended, reason, unaccounted }: Report['tally']): string | undefined {
  if (ended === 'failed') return reason ?? 'it does not say why';
  return unaccounted === 0
    ? undefined
    : `${counted(unaccounted, 'line has', 'lines have')} no outcome. Please report this as a fault of the forwarder.`;
}

function heldText({ held }: Report): string {
  const who =
    held === undefined ? 'Another run' : `Another run (${held.owner}, until ${isoTime(held.until)} at the latest)`;
  return `${who} holds the lease: waiting until it is free.`;
}

function untilFree({ held }: Report, now: number): number {
  if (held === undefined) return ASK_AGAIN;
  return Math.min(ASK_AGAIN, Math.max(100, held.until - now));
}
