import { type Check, carryOut } from '../reach/carry-out.ts';
import type { Verdict } from '../reach/verdict.ts';

/** What is told of a cluster, in this order, as people see it named. */
export const LINES = {
  deployed: 'deployed',
  file: 'forwarder.yaml',
  lastRun: 'last run',
  frontier: 'frontier',
  revisits: 'second looks',
  lastHour: 'last hour',
  passed: 'passed on',
  parked: 'parked',
  alarms: 'alarms',
} as const;
export type Line = keyof typeof LINES;

/** How each is found out. Each looks for itself, so that one that fails or hangs hides no other. */
export type Looks = Readonly<Record<Exclude<Line, 'passed'>, Check['look']>>;

/** The same of a cluster that is not EKS. */
export type LogLooks = Pick<Looks, 'frontier'> & Readonly<Partial<Record<'passed' | 'parked', Check['look']>>>;

export interface ClusterStatus {
  readonly cluster: string;
  readonly lines: ReadonlyMap<Line, Verdict>;
}

export interface Status {
  /** Milliseconds. */
  readonly at: number;
  readonly clusters: readonly ClusterStatus[];
  /** Where a person sees it drawn; null: nowhere. */
  readonly dashboard: string | null;
}

export async function lookAt(cluster: string, looks: Looks | LogLooks): Promise<ClusterStatus> {
  const all: Readonly<Partial<Record<Line, Check['look']>>> = looks;
  const checks = Object.keys(LINES)
    .filter(isLine)
    .flatMap((line) => {
      const look = all[line];
      return look === undefined ? [] : [{ name: line, look }];
    });
  const findings = await carryOut(checks);
  return { cluster, lines: new Map(checks.flatMap(({ name }, at) => entry(name, findings[at]))) };
}

function isLine(name: string): name is Line {
  return name in LINES;
}

function entry(line: Line, verdict: Verdict | undefined): readonly [Line, Verdict][] {
  return verdict === undefined ? [] : [[line, verdict]];
}

export function isWrong({ clusters }: Pick<Status, 'clusters'>): boolean {
  return clusters.some(({ lines }) => [...lines.values()].some(({ state }) => state === 'wrong'));
}
