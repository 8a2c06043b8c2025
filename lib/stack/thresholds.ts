/** Each alarm's runbook section is named like it. */
export const ALARMS = {
  NoSuccessfulRun: 'No successful run',
  FrontierLag: 'Frontier lag',
  LinesRefused: 'Lines refused',
  RunsFail: 'Runs fail',
  Throttled: 'Throttled for long',
  Silence: 'Silence',
  RevisitOverdue: 'Revisit overdue',
  LinesUnaccounted: 'Lines unaccounted for',
  LinesVanished: 'Lines vanished',
  LateLines: 'Late lines',
} as const;
export type AlarmName = keyof typeof ALARMS;

/** So many intervals without a run that succeeded are too many. */
export const NO_SUCCESS = 3;

/** A few lines of every minute are late: EKS takes some seconds to deliver. So many are not. */
export const LATE_PERCENT = 20;

/** From when on something is wrong, in seconds: what alarms are made of and `status` judges by. */
export interface Thresholds {
  /** How far behind now the frontier may be. */
  readonly frontierLag: number;
  /** How overdue a second look may be. */
  readonly revisitLag: number;
  /** How long there may be no line at all. */
  readonly silence: number;
  /** Over which what should never happen is added up, and over which what may happen sometimes is. */
  readonly quarter: number;
  readonly hour: number;
}

export interface ThresholdOptions {
  /** Seconds between two runs. */
  readonly fetchInterval: number;
  /** Default: half an hour, or two intervals where these are longer; a day at most. */
  readonly silence?: number | undefined;
  /** Default: ten minutes, or three intervals where these are longer. */
  readonly frontierLag?: number | undefined;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function thresholdsOf({ fetchInterval, silence, frontierLag }: ThresholdOptions): Thresholds {
  return {
    frontierLag: frontierLag ?? Math.max(10 * MINUTE, 3 * fetchInterval),
    revisitLag: Math.max(30 * MINUTE, 3 * fetchInterval),
    silence: silence ?? Math.min(DAY, Math.max(30 * MINUTE, 2 * fetchInterval)),
    quarter: Math.max(15 * MINUTE, fetchInterval),
    hour: Math.max(HOUR, fetchInterval),
  };
}
