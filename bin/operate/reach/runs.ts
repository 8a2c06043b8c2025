import { type CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { METRIC_DIMENSION, METRIC_NAMESPACE, type MetricName } from '../../../lambda/contract.ts';
import { MINUTE } from '../../../lambda/core/time.ts';
import { NO_SUCCESS } from '../../../lib/stack/thresholds.ts';

/** One run of the function. */
export interface LastRun {
  /** Milliseconds: the minute in which it ended. */
  readonly at: number;
  readonly ended: 'succeeded' | 'failed' | 'lease held elsewhere';
}

/** How the function's latest runs ended, as its metrics tell. */
export interface Runs {
  /** Milliseconds: from when on they were asked for. */
  readonly since: number;
  /** undefined: none told of itself. */
  readonly last: LastRun | undefined;
  /** When the last one succeeded, as above. */
  readonly succeeded: number | undefined;
}

const HOUR = 60 * MINUTE;

export interface RunsQuestion {
  readonly cluster: string;
  /** Seconds between two runs. */
  readonly fetchInterval: number;
  readonly now: number;
}

/** Of the last hour, or of some more intervals than may pass without success. */
export async function latestRuns(client: CloudWatchClient, question: RunsQuestion, signal: AbortSignal): Promise<Runs> {
  const { cluster, fetchInterval, now } = question;
  const since = now - Math.max(HOUR, (NO_SUCCESS + 1) * fetchInterval * 1000);
  const command = new GetMetricDataCommand({
    StartTime: new Date(since),
    EndTime: new Date(now + MINUTE),
    ScanBy: 'TimestampDescending',
    MetricDataQueries: [query('failed', 'RunsFailed', cluster), query('succeeded', 'RunsSucceeded', cluster)],
  });
  const { MetricDataResults = [] } = await client.send(command, { abortSignal: signal });
  const points = (id: string) => {
    const { Timestamps = [], Values = [] } = MetricDataResults.find(({ Id }) => Id === id) ?? {};
    return new Map(Timestamps.map((time, at) => [time.getTime(), Values[at] ?? 0]));
  };
  const [failed, good] = [points('failed'), points('succeeded')];
  // A run that is no success emits that it failed, or that it did not.
  const at = latest(failed);
  const last = at === undefined ? undefined : { at, ended: endOf(failed.get(at) ?? 0, good.get(at) ?? 0) };
  return { since, last, succeeded: latest(good) };
}

function query(Id: string, MetricName: MetricName, cluster: string): MetricDataQuery {
  const Dimensions = [{ Name: METRIC_DIMENSION, Value: cluster }];
  return {
    Id,
    MetricStat: { Metric: { Namespace: METRIC_NAMESPACE, MetricName, Dimensions }, Period: 60, Stat: 'Sum' },
  };
}

function latest(points: ReadonlyMap<number, number>): number | undefined {
  return points.size === 0 ? undefined : Math.max(...points.keys());
}

function endOf(failed: number, succeeded: number): LastRun['ended'] {
  if (failed > 0) return 'failed';
  return succeeded > 0 ? 'succeeded' : 'lease held elsewhere';
}
