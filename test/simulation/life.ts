import type { Line } from '../../lambda/core/line.ts';
import type { Policy } from '../../lambda/core/rules.ts';
import { random } from '../../local/random.ts';
import { event, rule } from '../builders.ts';

/** What a simulated source lives through; all of it follows from these numbers. Rates are probabilities per call. */
export interface Life {
  readonly seed: number;
  /** Minutes in which lines are written. */
  readonly minutes: number;
  readonly linesPerMinute: number;
  /** Share of lines that become readable late, and how late at most, as a share of the oldest age. */
  readonly lateShare: number;
  readonly latest: number;
  /** Seconds between two runs. */
  readonly interval: number;
  /** Share of runs that begin while another is under way. */
  readonly overlap: number;
  readonly killRate: number;
  readonly throttleRate: number;
  readonly emptyRate: number;
  readonly shuffle: boolean;
  /** A line that is new may be missing in a read, though an earlier read had it. */
  readonly flickerRate: number;
  readonly sinkRate: number;
  readonly tableRate: number;
  /** A call that takes minutes: the run wakes up when its lease is long over. */
  readonly stallRate: number;
  /** Milliseconds by which a function's clock is wrong at most. */
  readonly skew: number;
  /** The minute in which the policy changes; beyond the life: never. */
  readonly policyChange: number;
  /** A minute with so many times more lines. */
  readonly giant: number;
  readonly pageSize: number;
  readonly partBytes: number;
  readonly maxBytesPerRun: number | null;
}

export const START = Date.UTC(2026, 10, 21, 12);
export const MINUTE = 60_000;
/** Seconds; the oldest bounds how late a line may come. */
export const AGES = [0, 120, 600, 3600] as const;
export const OLDEST = 3600_000;

export interface Written extends Line {
  /** When it becomes readable. */
  readonly readable: number;
}

/** Everything that is ever written to the source, in the order of its time. */
export function written(life: Life): Written[] {
  const dice = random(life.seed);
  const lines: Written[] = [];
  for (let minute = 0; minute < life.minutes; minute += 1) {
    const factor = minute === Math.floor(life.minutes / 2) ? life.giant : 1;
    const count = Math.round(life.linesPerMinute * factor * (0.5 + dice()));
    for (let at = 0; at < count; at += 1) {
      const fresh = line(life, dice, lines.length, START + minute * MINUTE);
      const before = lines.at(-1);
      // The same event delivered twice, as CloudWatch's agents do.
      const again = at > 0 && before !== undefined && dice() < 0.05;
      lines.push(again ? twin(before, fresh.eventId, minute + 1 < life.minutes && dice() < 0.3) : fresh);
    }
  }
  return lines.sort((a, b) => a.timestamp - b.timestamp);
}

/** In the same minute, where it is a duplicate, or filed under the next. */
function twin(of: Written, eventId: string, later: boolean): Written {
  const delay = later && of.message.endsWith('}') ? MINUTE : 0;
  return { ...of, eventId, timestamp: of.timestamp + delay, readable: of.readable + delay };
}

function line(life: Life, dice: () => number, number: number, minute: number): Written {
  // Few distinct milliseconds: ties are the rule in a busy cluster.
  const timestamp = minute + Math.floor(dice() * 600) * 100;
  const isLate = dice() < life.lateShare;
  const delay = isLate ? dice() * life.latest * (OLDEST - 2 * MINUTE - 2 * life.skew) : dice() * 2000;
  const readable = timestamp + Math.floor(delay);
  const eventId = `event-${number}`;
  const stream = `kube-apiserver-audit-${number % 3}`;
  return { message: message(dice, number, timestamp), timestamp, ingestionTime: readable, readable, eventId, stream };
}

function message(dice: () => number, number: number, timestamp: number): string {
  const kind = dice();
  if (kind < 0.02) return `no JSON ${number}`;
  if (kind < 0.04) return `{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"${number}[Truncated...]`;
  const auditID = String(number);
  const stageTimestamp = new Date(timestamp).toISOString();
  const verb = ['get', 'create', 'delete', 'watch'][Math.floor(dice() * 4)];
  return JSON.stringify(event({ auditID, verb, stageTimestamp, pad: 'x'.repeat(Math.floor(dice() * 200)) }));
}

/** Two policies that differ in what they keep. */
export const POLICIES: readonly [Policy, Policy] = [
  { omitStages: [], omitManagedFields: false, rules: [rule({ level: 'None', verbs: ['get'] }), rule()] },
  { omitStages: [], omitManagedFields: false, rules: [rule({ level: 'None', verbs: ['watch'] }), rule()] },
];
