/** Whose turn it is to read: an age's (seconds), or the minute's that is not over yet, which is read for freshness. */
export type Turn = number | 'unfinished';

/** What a run knows when it looks for the next turn. */
export interface Standing {
  /** The ages that have something to read, increasing. */
  readonly due: readonly number[];
  /** CloudWatch requests of this run so far, by turn; a turn that came is in it. */
  readonly spent: ReadonlyMap<Turn, number>;
  /** A number that grows by one from run to run. */
  readonly rotation: number;
}

/**
 * Which age reads next: the frontier first, then the overdue ages from small to large; but each overdue age gets at
 * least a tenth of a run's requests. In every tenth run an overdue age begins, so that none starves even where a run
 * has time for one read only.
 */
export function nextAge({ due, spent, rotation }: Standing): number | undefined {
  const overdue = due.filter((age) => age > 0);
  const all = [...spent.values()].reduce((sum, calls) => sum + calls, 0);
  if (all === 0 && overdueFirst(rotation) && overdue.length > 0) return overdue[(rotation / 10) % overdue.length];
  const starving = overdue.find((age) => (spent.get(age) ?? 0) < Math.floor(all / 10));
  if (starving !== undefined) return starving;
  return due.includes(0) ? 0 : overdue[0];
}

/**
 * What a run reads next; undefined: nothing is left. The unfinished minute comes once, after the frontier. In a run with
 * a limit on bytes (`isLimited`) it comes last, and the older ages rotate.
 */
export function nextTurn({ due, spent, rotation }: Standing, isLimited: boolean): Turn | undefined {
  const age = nextAge({ due: isLimited ? rotated(due, rotation) : due, spent, rotation });
  if (isLimited) return age ?? (spent.has('unfinished') ? undefined : 'unfinished');
  if (spent.has('unfinished') || due.includes(0)) return age;
  return age !== undefined && overdueFirst(rotation) ? age : 'unfinished';
}

/** What a run reads that has reached its limit on bytes: an older age once, unless one has had its turn. */
export function lastTurn({ due, spent, rotation }: Standing): Turn | undefined {
  const cameToOne = [...spent.keys()].some((turn) => turn !== 'unfinished' && turn > 0);
  return cameToOne ? undefined : rotated(due, rotation).find((age) => age > 0);
}

/** The ages, another of the overdue ones first in each run. */
function rotated(ages: readonly number[], rotation: number): readonly number[] {
  const overdue = ages.filter((age) => age > 0);
  const first = overdue.length === 0 ? 0 : rotation % overdue.length;
  return [...ages.filter((age) => age === 0), ...overdue.slice(first), ...overdue.slice(0, first)];
}

/** Whether in this run an overdue age comes before the frontier and the unfinished minute. */
function overdueFirst(rotation: number): boolean {
  return rotation % 10 === 0;
}
