import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  type AlarmProps,
  ComparisonOperator,
  MathExpression,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Measured } from './metrics.ts';
import { alarmName } from './name.ts';
import { ALARMS, type AlarmName, LATE_PERCENT, NO_SUCCESS, thresholdsOf } from './thresholds.ts';

export interface AlarmOptions {
  /**
   * Is told of each alarm, and when it is over.
   * @default - alarms change their colour and tell nobody
   */
  readonly topic?: ITopic;
  /**
   * How long without a single line before the alarm. Whole minutes, one day at most.
   * @default Duration.minutes(30), or two intervals where these are longer; a day at most
   */
  readonly silence?: Duration;
  /**
   * How far behind now the frontier may be.
   * @default Duration.minutes(10), or three intervals where these are longer
   */
  readonly frontierLag?: Duration;
  /**
   * Where the runbook is read; a section's anchor is appended.
   * @default docs/runbook.md
   */
  readonly runbook?: string;
}

type Condition = Pick<
  AlarmProps,
  'threshold' | 'evaluationPeriods' | 'datapointsToAlarm' | 'comparisonOperator' | 'treatMissingData'
> & { readonly means: string; readonly metric: Metric | MathExpression };

const { LESS_THAN_THRESHOLD, GREATER_THAN_THRESHOLD } = ComparisonOperator;
const { BREACHING, NOT_BREACHING } = TreatMissingData;

/** When to wake somebody. Each is judged on the forwarder's own numbers; what a run did not say is no data. */
function conditions(forwarder: Measured, { silence, frontierLag }: AlarmOptions): Record<AlarmName, Condition> {
  const { clusterName, fetchInterval: interval } = forwarder;
  const thresholds = thresholdsOf({
    fetchInterval: interval.toSeconds(),
    silence: silence?.toSeconds(),
    frontierLag: frontierLag?.toSeconds(),
  });
  const hour = Duration.seconds(thresholds.hour);
  const overdue = Duration.seconds(thresholds.revisitLag);
  const quarter = Duration.seconds(thresholds.quarter);
  const quiet = Duration.seconds(thresholds.silence);
  const behind = Duration.seconds(thresholds.frontierLag);
  return {
    NoSuccessfulRun: {
      means: `No run for cluster ${clusterName} has succeeded for three intervals, so nothing is forwarded; nothing is lost yet.`,
      metric: forwarder.metricRunsSucceeded(),
      threshold: 1,
      evaluationPeriods: NO_SUCCESS,
      comparisonOperator: LESS_THAN_THRESHOLD,
      treatMissingData: BREACHING,
    },
    FrontierLag: {
      means: `The events of cluster ${clusterName} reach Elasticsearch more than ${behind.toHumanString()} late.`,
      metric: forwarder.metricFrontierLag(),
      threshold: behind.toSeconds(),
      evaluationPeriods: 3,
      comparisonOperator: GREATER_THAN_THRESHOLD,
      treatMissingData: NOT_BREACHING,
    },
    LinesRefused: {
      means: `Elasticsearch refused events of cluster ${clusterName}, or they could not be judged; they are parked with a reason.`,
      metric: forwarder.metricLinesRefused({ period: quarter }),
      threshold: 0,
      evaluationPeriods: 1,
      comparisonOperator: GREATER_THAN_THRESHOLD,
      treatMissingData: NOT_BREACHING,
    },
    RunsFail: {
      means: `Three of the last five intervals had a failed run for cluster ${clusterName}.`,
      metric: forwarder.metricRunsFailed(),
      threshold: 0,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      comparisonOperator: GREATER_THAN_THRESHOLD,
      treatMissingData: NOT_BREACHING,
    },
    Throttled: {
      means: `CloudWatch Logs has refused requests for cluster ${clusterName} in every interval of ${quarter.toHumanString()} or longer.`,
      metric: forwarder.metricCloudWatchThrottles(),
      threshold: 0,
      evaluationPeriods: Math.max(3, Math.ceil(quarter.toSeconds() / interval.toSeconds())),
      comparisonOperator: GREATER_THAN_THRESHOLD,
      treatMissingData: NOT_BREACHING,
    },
    Silence: {
      means: `Not one audit line of cluster ${clusterName} was read for ${quiet.toHumanString()}, and a cluster that lives is never silent.`,
      metric: forwarder.metricLinesRead({ period: quiet }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: LESS_THAN_THRESHOLD,
      // Runs that tell nothing at all are the first alarm's business.
      treatMissingData: NOT_BREACHING,
    },
    RevisitOverdue: {
      means: `Second looks at the minutes of cluster ${clusterName} are more than ${overdue.toHumanString()} overdue, so late lines are found late.`,
      metric: forwarder.metricRevisitLag(),
      threshold: overdue.toSeconds(),
      evaluationPeriods: 3,
      comparisonOperator: GREATER_THAN_THRESHOLD,
      treatMissingData: NOT_BREACHING,
    },
    LinesUnaccounted: {
      means: `Lines of cluster ${clusterName} were read and given no outcome, which is a fault of the forwarder.`,
      metric: forwarder.metricLinesUnaccounted({ period: quarter }),
      threshold: 0,
      evaluationPeriods: 1,
      comparisonOperator: GREATER_THAN_THRESHOLD,
      treatMissingData: NOT_BREACHING,
    },
    LinesVanished: {
      means: `CloudWatch Logs no longer shows lines of cluster ${clusterName} that it showed before.`,
      metric: forwarder.metricLinesVanished({ period: quarter }),
      threshold: 0,
      evaluationPeriods: 1,
      comparisonOperator: GREATER_THAN_THRESHOLD,
      treatMissingData: NOT_BREACHING,
    },
    LateLines: {
      means: `More than ${LATE_PERCENT} of 100 lines of cluster ${clusterName} came after the first look at their minute.`,
      metric: new MathExpression({
        label: 'Late lines of 100 read',
        expression: 'IF(read > 0, 100 * late / read, 0)',
        usingMetrics: {
          read: forwarder.metricLinesRead({ period: hour }),
          late: forwarder.metricLinesLate({ period: hour }),
        },
        period: hour,
      }),
      threshold: LATE_PERCENT,
      evaluationPeriods: 1,
      comparisonOperator: GREATER_THAN_THRESHOLD,
      treatMissingData: NOT_BREACHING,
    },
  };
}

/** One alarm a condition. */
export function addAlarms(forwarder: Measured, stack: string, options: AlarmOptions): Record<AlarmName, Alarm> {
  const { topic, runbook = 'docs/runbook.md' } = options;
  const wanted = conditions(forwarder, options);
  const make = (name: AlarmName): Alarm => {
    const { means, metric, ...condition } = wanted[name];
    const alarm = metric.createAlarm(forwarder, name, {
      ...condition,
      alarmName: alarmName(stack, forwarder.clusterName, name),
      alarmDescription: `${means} ${runbook}#${anchor(ALARMS[name])}`,
    });
    if (topic !== undefined) {
      alarm.addAlarmAction(new SnsAction(topic));
      alarm.addOkAction(new SnsAction(topic));
    }
    return alarm;
  };
  return {
    NoSuccessfulRun: make('NoSuccessfulRun'),
    FrontierLag: make('FrontierLag'),
    LinesRefused: make('LinesRefused'),
    RunsFail: make('RunsFail'),
    Throttled: make('Throttled'),
    Silence: make('Silence'),
    RevisitOverdue: make('RevisitOverdue'),
    LinesUnaccounted: make('LinesUnaccounted'),
    LinesVanished: make('LinesVanished'),
    LateLines: make('LateLines'),
  };
}

/** As Markdown makes it of a heading. */
function anchor(heading: string): string {
  return heading.toLowerCase().replaceAll(' ', '-');
}
