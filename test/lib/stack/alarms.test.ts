import { Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it, vi } from 'vitest';
import { NO_NUMBERS, type Tally } from '../../../lambda/core/ledger/tally.ts';
import { emfMeter } from '../../../lambda/edges/emf.ts';
import { EksAuditForwarder } from '../../../lib/stack/forwarder.ts';
import { ALARMS } from '../../../lib/stack/thresholds.ts';
import { settings } from '../../support/builders.ts';
import { file } from '../../support/forwarder-file.ts';
import { anchors, headings, textOf } from '../../support/markdown.ts';
import { ACCOUNT, REGION, synthesize } from './synth.ts';

const TOPIC = `arn:aws:sns:us-west-2:${ACCOUNT}:on-call`;
const { template } = synthesize(file({ end: `alarms: { topicArn: "${TOPIC}", silence: 45m }` }));

type Watched = Pick<Alarm, 'Namespace' | 'MetricName' | 'Dimensions'>;

/** All the metrics that an alarm is judged on. */
function watched(alarm: Alarm): readonly Watched[] {
  if (alarm.Metrics === undefined) return [alarm];
  return alarm.Metrics.flatMap(({ MetricStat }) => (MetricStat === undefined ? [] : [MetricStat.Metric]));
}

interface Alarm {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  /** Of a plain alarm; one with an expression has `Metrics`. */
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly Metrics?: readonly { readonly MetricStat?: { readonly Metric: Watched; readonly Period: number } }[];
  readonly AlarmActions?: readonly string[];
  readonly OKActions?: readonly string[];
  readonly Period: number;
  readonly EvaluationPeriods: number;
}
const alarmsOf = (of: Template): readonly Alarm[] =>
  Object.values(of.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
const alarms = alarmsOf(template);

/** A run's one line, as it is printed. */
function emitted(tally: Partial<Tally>): Record<string, unknown> {
  const lines: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  emfMeter.emit({
    cluster: 'prod',
    ended: 'failed',
    duration: 0,
    ...NO_NUMBERS,
    frontierLag: 1,
    revisitLag: 1,
    ...tally,
  });
  write.mockRestore();
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '');
}

interface Directive {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string }[];
}

/** The metrics that CloudWatch makes of the line: namespace, name and dimensions with their values. */
function metricsOf(line: Record<string, unknown>): string[] {
  const { CloudWatchMetrics } = line._aws as { readonly CloudWatchMetrics: readonly Directive[] };
  return CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((set) =>
      Metrics.filter(({ Name }) => typeof line[Name] === 'number').map(({ Name }) =>
        identity(
          Namespace,
          Name,
          set.map((key) => [key, String(line[key])]),
        ),
      ),
    ),
  );
}

function identity(namespace: string, name: string, dimensions: readonly (readonly [string, string])[]): string {
  return JSON.stringify([namespace, name, dimensions.toSorted()]);
}

describe('the metric of each alarm', () => {
  const runs = [emitted({ ended: 'succeeded' }), emitted({ ended: 'failed' })].flatMap(metricsOf);

  it.each(alarms.map((alarm) => [alarm.AlarmName, alarm] as const))(
    '%s is emitted by a run, dimension for dimension',
    (_, alarm) => {
      expect(watched(alarm).length).toBeGreaterThan(0);
      for (const { Namespace, MetricName, Dimensions } of watched(alarm)) {
        const dimensions = Dimensions.map(({ Name, Value }) => [Name, Value] as const);
        expect(runs).toContain(identity(Namespace, MetricName, dimensions));
      }
    },
  );

  it('has a period and a number of them that CloudWatch takes, whatever the interval', () => {
    for (const fetchInterval of [60, 300, 1380, 3600, 86_400]) {
      const stack = new Stack(undefined, 'Any', { env: { account: ACCOUNT, region: REGION } });
      new EksAuditForwarder(stack, 'Prod', {
        settings: settings({ fetchInterval }),
        code: Code.fromInline('export {}'),
      });
      for (const { Metrics, EvaluationPeriods, ...alarm } of alarmsOf(Template.fromStack(stack))) {
        const Period = Metrics?.find(({ MetricStat }) => MetricStat !== undefined)?.MetricStat?.Period ?? alarm.Period;
        expect(Period % 60).toBe(0);
        expect(Period).toBeLessThanOrEqual(86_400);
        expect(Period * EvaluationPeriods).toBeLessThanOrEqual(Period < 3600 ? 86_400 : 7 * 86_400);
      }
    }
  });
});

describe('an alarm', () => {
  it('is there for each thing that wakes somebody', () => {
    expect(alarms.map(({ AlarmName }) => AlarmName).sort()).toEqual(
      Object.keys(ALARMS)
        .map((name) => `EksAuditForwarder-prod-${name}`)
        .sort(),
    );
  });

  it('says in one sentence what it means, and where the runbook speaks of it', () => {
    const sections = anchors(textOf('docs/runbook.md'));
    for (const { AlarmDescription } of alarms) {
      const [, sentence, link] = /^([A-Z][^.]*\.) docs\/runbook\.md#(.*)$/.exec(AlarmDescription) ?? [];
      expect(sentence).toContain('cluster prod');
      expect(sections).toContain(link);
    }
  });

  it('has a section of the runbook to itself, and none is left there of an alarm that is gone', () => {
    expect(headings(textOf('docs/runbook.md'), 2)).toEqual(Object.values(ALARMS));
  });

  it('tells the topic that it rings, and that it is over', () => {
    for (const { AlarmActions, OKActions } of alarms) expect([AlarmActions, OKActions]).toEqual([[TOPIC], [TOPIC]]);
  });

  it('tells nobody where there is no topic', () => {
    for (const alarm of alarmsOf(synthesize(file()).template)) expect(alarm.AlarmActions).toBeUndefined();
  });

  it.each([
    [
      'NoSuccessfulRun',
      {
        Period: 60,
        EvaluationPeriods: 3,
        Threshold: 1,
        ComparisonOperator: 'LessThanThreshold',
        TreatMissingData: 'breaching',
        Statistic: 'Sum',
      },
    ],
    [
      'FrontierLag',
      {
        Period: 60,
        EvaluationPeriods: 3,
        Threshold: 600,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
        Statistic: 'Maximum',
      },
    ],
    [
      'LinesRefused',
      {
        Period: 900,
        EvaluationPeriods: 1,
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
        Statistic: 'Sum',
      },
    ],
    [
      'RunsFail',
      {
        Period: 60,
        EvaluationPeriods: 5,
        DatapointsToAlarm: 3,
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
        Statistic: 'Sum',
      },
    ],
    [
      'Throttled',
      {
        Period: 60,
        EvaluationPeriods: 15,
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
        Statistic: 'Sum',
      },
    ],
    [
      'Silence',
      {
        Period: 2700,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'LessThanThreshold',
        TreatMissingData: 'notBreaching',
        Statistic: 'Sum',
      },
    ],
    ['RevisitOverdue', { Period: 60, EvaluationPeriods: 3, Threshold: 1800, Statistic: 'Maximum' }],
    ['LinesUnaccounted', { Period: 900, EvaluationPeriods: 1, Threshold: 0, Statistic: 'Sum' }],
    ['LinesVanished', { Period: 900, EvaluationPeriods: 1, Threshold: 0, Statistic: 'Sum' }],
    ['LateLines', { EvaluationPeriods: 1, Threshold: 20, ComparisonOperator: 'GreaterThanThreshold' }],
  ])('%s rings at its threshold', (name, properties) => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: `EksAuditForwarder-prod-${name}`,
      ...properties,
    });
  });

  it('may have another threshold and another runbook', () => {
    const stack = new Stack(undefined, 'Own', { env: { account: ACCOUNT, region: REGION } });
    const options = { frontierLag: Duration.hours(1), runbook: 'https://wiki.example/audit' };
    new EksAuditForwarder(stack, 'Prod', { settings: settings(), alarms: options, code: Code.fromInline('export {}') });
    Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'Own-prod-FrontierLag',
      AlarmDescription:
        'The events of cluster prod reach Elasticsearch more than 1 hour late. https://wiki.example/audit#frontier-lag',
      Threshold: 3600,
    });
  });
});

describe('the dashboard', () => {
  it('shows nothing that no run emits, and asks the four questions', () => {
    const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
    const text = JSON.stringify(dashboard?.Properties.DashboardBody);
    for (const question of ['Is it alive?', 'Is it behind?', 'Is anything lost?', 'What does it cost?'])
      expect(text).toContain(question);
    const shown = [...text.matchAll(/EksAuditForwarder\\",\\"(\w+)\\",\\"Cluster\\",\\"prod/g)].map(
      ([, name = '']) => name,
    );
    const emits = emitted({ ended: 'succeeded' });
    expect(shown).toContain('FrontierLag');
    expect(shown.filter((name) => !(name in emits))).toEqual([]);
  });
});
