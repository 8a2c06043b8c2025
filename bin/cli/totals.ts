import type { MetricName, PropertyName } from '../../lambda/contract.ts';
import type { Tally } from '../../lambda/core/ledger/tally.ts';

/** The totals of a command's runs, as `--json` prints them. `unchanged` is no part of `read`. */
export interface Totals {
  readonly read: number;
  readonly unchanged: number;
  readonly indexed: number;
  readonly alreadyIndexed: number;
  readonly duplicate: number;
  readonly dropped: number;
  readonly parked: number;
}

export const noTotals: Totals = {
  read: 0,
  unchanged: 0,
  indexed: 0,
  alreadyIndexed: 0,
  duplicate: 0,
  dropped: 0,
  parked: 0,
};

const NAMES = {
  read: 'LinesRead',
  unchanged: 'LinesUnchanged',
  indexed: 'EventsIndexed',
  alreadyIndexed: 'EventsAlreadyIndexed',
  duplicate: 'LinesDuplicate',
  dropped: 'EventsDropped',
  parked: 'LinesParked',
} as const satisfies Record<keyof Totals, MetricName | PropertyName>;

export function sum(one: Totals, other: Totals): Totals {
  return mapped((key) => one[key] + other[key]);
}

/** The same of one run in this process. */
export function totalsOf(tally: Tally): Totals {
  return mapped((key) => tally[key]);
}

/** What one run's metrics line says; CloudWatch makes its metrics of the same line. */
export interface RunNumbers {
  readonly totals: Totals;
  /** Seconds; undefined where the run did not come to know it. */
  readonly frontierLag: number | undefined;
}

export function numbersOf(line: string): RunNumbers | undefined {
  if (!line.startsWith('{"_aws"')) return undefined;
  const found = new Map<string, unknown>(Object.entries(JSON.parse(line)));
  const lag = found.get('FrontierLag' satisfies MetricName);
  return {
    totals: mapped((key) => Number(found.get(NAMES[key]) ?? 0)),
    frontierLag: typeof lag === 'number' ? lag : undefined,
  };
}

function mapped(value: (key: keyof Totals) => number): Totals {
  return {
    read: value('read'),
    unchanged: value('unchanged'),
    indexed: value('indexed'),
    alreadyIndexed: value('alreadyIndexed'),
    duplicate: value('duplicate'),
    dropped: value('dropped'),
    parked: value('parked'),
  };
}
