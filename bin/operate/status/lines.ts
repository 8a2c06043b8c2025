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
  parked: 'parked',
  alarms: 'alarms',
} as const;
export type Line = keyof typeof LINES;

/** How each is found out. Each looks for itself, so that one that fails or hangs hides no other. */
export type Looks = Readonly<Record<Line, Check['look']>>;

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

export async function lookAt(cluster: string, looks: Looks): Promise<ClusterStatus> {
  const order = Object.keys(LINES).filter(isLine);
  const findings = await carryOut(order.map((name) => ({ name, look: looks[name] })));
  return { cluster, lines: new Map(order.flatMap((line, at) => entry(line, findings[at]))) };
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
