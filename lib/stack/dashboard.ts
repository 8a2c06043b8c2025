import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryWidget,
  Metric,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { EksAuditForwarder } from './forwarder.ts';

const FIVE_MINUTES = Duration.minutes(5);

export interface DashboardOptions {
  readonly name: string;
  readonly forwarders: readonly EksAuditForwarder[];
  /** The table that they share. */
  readonly tableName: string;
}

/** Four questions, a row each: is it alive, is it behind, is anything lost, what does it cost. */
export function addDashboard(scope: Construct, { name, forwarders, tableName }: DashboardOptions): Dashboard {
  const each = (metric: (forwarder: EksAuditForwarder) => IMetric) => forwarders.map(metric);
  const heading = (text: string) => new TextWidget({ markdown: `## ${text}`, width: 24, height: 1 });
  const rows: IWidget[][] = [
    [heading('Is it alive?')],
    [
      new AlarmStatusWidget({ alarms: forwarders.flatMap(({ alarms }) => Object.values(alarms)), width: 8, height: 6 }),
      graph('Runs that succeeded', each(labelled('RunsSucceeded'))),
      graph('Runs that failed', each(labelled('RunsFailed'))),
    ],
    [heading('Is it behind?')],
    [
      graph('Frontier: seconds behind now', each(labelled('FrontierLag'))),
      graph('Second looks: seconds overdue', each(labelled('RevisitLag'))),
      graph('Requests that CloudWatch Logs throttled', each(labelled('CloudWatchThrottles'))),
    ],
    [heading('Is anything lost?')],
    [
      graph('Lines read', each(labelled('LinesRead'))),
      graph('Lines parked', each(labelled('LinesParked'))),
      graph('Lines unaccounted for (always 0)', each(labelled('LinesUnaccounted'))),
    ],
    [
      graph('Lines late: found by a second look', each(labelled('LinesLate'))),
      graph('Lines vanished from CloudWatch Logs', each(labelled('LinesVanished'))),
    ],
    [whyRunsFailed(forwarders)],
    [heading('What does it cost?')],
    [
      graph('Function: milliseconds used', each(duration)),
      graph('Events indexed', each(labelled('EventsIndexed'))),
      graph(
        'Table: request units',
        ['ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits'].map(ofTable(tableName)),
      ),
    ],
  ];
  return new Dashboard(scope, 'Dashboard', { dashboardName: name, widgets: rows });
}

function labelled(name: Parameters<EksAuditForwarder['metric']>[0]) {
  return (forwarder: EksAuditForwarder): IMetric =>
    forwarder.metric(name, {
      label: forwarder.clusterName,
      period: longer(FIVE_MINUTES, forwarder.fetchInterval),
    });
}

function duration(forwarder: EksAuditForwarder): IMetric {
  return forwarder.function.metricDuration({ statistic: 'Sum', label: forwarder.clusterName, period: FIVE_MINUTES });
}

function ofTable(tableName: string) {
  return (metricName: string): IMetric =>
    new Metric({
      namespace: 'AWS/DynamoDB',
      metricName,
      dimensionsMap: { TableName: tableName },
      statistic: 'Sum',
      period: FIVE_MINUTES,
    });
}

function graph(title: string, left: IMetric[]): IWidget {
  return new GraphWidget({ title, left, width: 8, height: 6, leftYAxis: { min: 0 } });
}

function whyRunsFailed(forwarders: readonly EksAuditForwarder[]): IWidget {
  return new LogQueryWidget({
    title: 'Why runs failed',
    logGroupNames: forwarders.map(({ logGroup }) => logGroup.logGroupName),
    queryLines: ['fields @timestamp, Cluster, Reason', 'filter RunsFailed = 1', 'sort @timestamp desc', 'limit 20'],
    width: 24,
    height: 6,
  });
}

function longer(one: Duration, other: Duration): Duration {
  return one.toSeconds() >= other.toSeconds() ? one : other;
}
