import { DEFAULTS } from '../../../lib/config/defaults.ts';
import { type Round, type Rounds, WHOLE_PROCESSOR } from './rounds.ts';
import type { FunctionSpent } from './stage.ts';

/** A figure of the table, once for each round. */
export interface Row {
  readonly name: string;
  readonly unit: string;
  readonly values: readonly number[];
  /** `least`: at least so much is wanted; else at most. Absent: it is told, nothing is wanted. */
  readonly goal?: number;
  readonly least?: true;
  readonly digits?: number;
}

const MB = 1e6;
const EVENTS = 100_000;

/** All figures of a bench, in the table's order. */
export function rowsOf({ rounds, size }: Rounds): readonly Row[] {
  const of = (value: (round: Round) => number) => rounds.map(value);
  const perEvents = ({ seconds, read }: { readonly seconds: number; readonly read: number }) =>
    (seconds * EVENTS) / read;
  const throughput = ({ asked, seconds }: FunctionSpent) =>
    ((DEFAULTS.memorySize / WHOLE_PROCESSOR) * asked.bytes) / MB / seconds;
  const ratio = 'times the reference';
  const cpu = 'CPU s per 100,000 lines';
  const megabytes = 'MB';
  return [
    { name: 'reference, everything', unit: cpu, values: of((each) => perEvents(each.reference)) },
    { name: 'reference, the very same bytes', unit: cpu, values: of((each) => perEvents(each.sameBytes)) },
    { name: "reference, the default policy's log", unit: cpu, values: of((each) => perEvents(each.mixReference)) },
    {
      name: 'everything kept',
      unit: ratio,
      values: of((each) => each.kept.seconds / each.reference.seconds),
      goal: 1.5,
    },
    {
      name: 'everything kept, to the very same bytes',
      unit: ratio,
      values: of((each) => each.kept.seconds / each.sameBytes.seconds),
      goal: 1.5,
    },
    {
      name: 'default policy',
      unit: ratio,
      values: of((each) => each.mix.seconds / each.mixReference.seconds),
      goal: 0.45,
    },
    {
      name: 'unchanged log, compared',
      unit: ratio,
      values: of((each) => each.unchanged.seconds / each.reference.seconds),
      goal: 0.25,
    },
    {
      name: 'lines read per line',
      unit: '',
      values: of((each) => each.kept.asked.lines / each.reference.read),
      goal: 1,
    },
    {
      name: 'peak memory of 256 MB',
      unit: megabytes,
      values: of((each) => each.small.peak / MB),
      goal: 150,
      digits: 0,
    },
    {
      name: `peak memory of ${DEFAULTS.memorySize} MB`,
      unit: megabytes,
      values: of((each) => each.standard.peak / MB),
      digits: 0,
    },
    {
      name: `peak memory of ${WHOLE_PROCESSOR} MB`,
      unit: megabytes,
      values: of((each) => each.kept.peak / MB),
      digits: 0,
    },
    {
      name: `throughput of ${DEFAULTS.memorySize} MB's share of a processor, default policy`,
      unit: 'MB/s',
      values: of(({ mix }) => throughput(mix)),
      goal: 5,
      least: true,
    },
    {
      name: `throughput of ${DEFAULTS.memorySize} MB's share of a processor, everything kept`,
      unit: 'MB/s',
      values: of(({ standard }) => throughput(standard)),
      goal: 5,
      least: true,
    },
    { name: 'import', unit: 'CPU ms', values: of(({ kept }) => kept.imported.milliseconds), goal: 60, digits: 0 },
    { name: 'bundle', unit: megabytes, values: [size / MB], goal: 0.8 },
    {
      name: 'requests to CloudWatch Logs a MB',
      unit: '',
      values: of(({ kept: { asked } }) => (asked.calls * MB) / asked.bytes),
    },
    { name: 'bulk items an event', unit: '', values: of(({ kept }) => kept.sent.items / kept.indexed), digits: 3 },
  ];
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [one = Number.NaN, other = one] =
    sorted.length % 2 === 1 ? [sorted[middle]] : sorted.slice(middle - 1, middle + 1);
  return (one + other) / 2;
}

/** By how much two rounds differ. */
export function spread(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}

export function meetsGoal({ values, goal, least }: Row): boolean {
  if (goal === undefined) return true;
  return least ? median(values) >= goal : median(values) <= goal;
}
