import type { Told } from './scheduler.ts';

/** What became of the runs, as the scheduler told it. */
export class Runs {
  succeeded = 0;
  failed = 0;
  heldElsewhere = 0;
  kills = 0;
  throttles = 0;
  late = 0;
  unaccounted = 0;
  /** Why invocations failed, without their numbers, and how often. */
  readonly reasons = new Map<string, number>();

  note(told: Told): void {
    switch (told.kind) {
      case 'kill':
        this.kills += 1;
        break;
      case 'run':
        if (!told.ok) this.#count(told.why);
        break;
      case 'metrics':
        this.#add(JSON.parse(told.line));
        break;
    }
  }

  #add(metrics: Readonly<Record<string, unknown>>): void {
    const number = (name: string) => Number(metrics[name] ?? 0);
    this.succeeded += number('RunsSucceeded');
    this.failed += number('RunsFailed');
    this.heldElsewhere += number('LeaseHeldElsewhere');
    this.throttles += number('CloudWatchThrottles');
    this.late += number('LinesLate');
    this.unaccounted += number('LinesUnaccounted');
  }

  #count(why: string): void {
    const short = why
      .replace(/RequestId: \S+ /, '')
      .replaceAll(/-?[\d.]+/g, 'n')
      .slice(0, 200);
    this.reasons.set(short, (this.reasons.get(short) ?? 0) + 1);
  }
}
