import type { MetricName, PropertyName } from '../../lambda/contract.ts';
import type { Numbers } from '../../lambda/core/ledger/tally.ts';
import { figure } from './figures.ts';

const NAMES = {
  read: 'LinesRead',
  unchanged: 'LinesUnchanged',
  indexed: 'EventsIndexed',
  alreadyIndexed: 'EventsAlreadyIndexed',
  duplicate: 'LinesDuplicate',
  dropped: 'EventsDropped',
  parked: 'LinesParked',
} as const satisfies Record<string, MetricName | PropertyName>;

/** The totals of a command's runs, as `--json` prints them. `unchanged` is no part of `read`. */
export type Totals = { readonly [K in keyof typeof NAMES]: number };

/** What runs came to, of one or of several. */
export interface RunNumbers {
  readonly totals: Totals;
  /** Seconds that the frontier is behind; undefined where no run came to know it. */
  readonly frontierLag: number | undefined;
}

export const NO_RUN: RunNumbers = { totals: mapped(() => 0), frontierLag: undefined };

export function added({ totals, frontierLag }: RunNumbers, next: RunNumbers): RunNumbers {
  return {
    totals: mapped((key) => totals[key] + next.totals[key]),
    frontierLag: next.frontierLag ?? frontierLag,
  };
}

/** The same of one run in this process. */
export function totalsOf(numbers: Numbers): Totals {
  return mapped((key) => numbers[key]);
}

/** What a run's metrics line says; CloudWatch makes its metrics of the same line. undefined: it is another line. */
export function numbersOf(line: string): RunNumbers | undefined {
  if (!line.startsWith('{"_aws"')) return undefined;
  const found = new Map<string, unknown>(Object.entries(JSON.parse(line)));
  const lag = found.get('FrontierLag' satisfies MetricName);
  return {
    totals: mapped((key) => Number(found.get(NAMES[key]) ?? 0)),
    frontierLag: typeof lag === 'number' ? lag : undefined,
  };
}

/** Below it the frontier is where it should be: it passes a minute when that is over. */
const BEHIND = 120;

/** For a line that is shown while runs go on: it fits into 80 columns. */
export function summary({ totals, frontierLag = 0 }: RunNumbers): string {
  const parts = SHOWN.map((key) => `${figure(totals[key])} ${key}`);
  return [...parts, ...(frontierLag < BEHIND ? [] : [`${Math.round(frontierLag / 60)} min behind`])].join(' · ');
}

const SHOWN = ['read', 'indexed', 'dropped', 'parked'] as const;

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
