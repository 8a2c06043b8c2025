import type { Duration } from 'aws-cdk-lib';
import { Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { METRIC_DIMENSION, METRIC_NAMESPACE, METRICS, type MetricName } from '../../lambda/contract.ts';

/** What a forwarder tells about itself, one method a metric. Sums, or the worst of the period for a lag. */
export abstract class Measured extends Construct {
  /** The cluster's name: the metrics' only dimension. */
  abstract readonly clusterName: string;
  /** Seconds between two runs: the metrics' period, unless told otherwise. */
  abstract readonly fetchInterval: Duration;

  /** Any of them, by name. */
  metric(name: MetricName, props: MetricOptions = {}): Metric {
    const statistic = METRICS[name] === 'Seconds' ? Stats.MAXIMUM : Stats.SUM;
    const dimensionsMap = { [METRIC_DIMENSION]: this.clusterName };
    return new Metric({
      namespace: METRIC_NAMESPACE,
      metricName: name,
      dimensionsMap,
      statistic,
      period: this.fetchInterval,
      ...props,
    });
  }

  /** Runs that did all they had to, or all that time allowed. */
  metricRunsSucceeded(props?: MetricOptions): Metric {
    return this.metric('RunsSucceeded', props);
  }

  /** Runs that stopped; `Reason` in the same log line says why. 0 for a run that did not fail. */
  metricRunsFailed(props?: MetricOptions): Metric {
    return this.metric('RunsFailed', props);
  }

  /** Lines that were given an outcome. */
  metricLinesRead(props?: MetricOptions): Metric {
    return this.metric('LinesRead', props);
  }

  /** Lines that a later look at their minute found and the first one had not. */
  metricLinesLate(props?: MetricOptions): Metric {
    return this.metric('LinesLate', props);
  }

  /** Lines that went to the parked index, for a reason written there. */
  metricLinesParked(props?: MetricOptions): Metric {
    return this.metric('LinesParked', props);
  }

  /** Of these, those that somebody can mend: Elasticsearch refused the event, or it could not be judged. */
  metricLinesRefused(props?: MetricOptions): Metric {
    return this.metric('LinesRefused', props);
  }

  /** Lines without an outcome: always 0, or the program is wrong. */
  metricLinesUnaccounted(props?: MetricOptions): Metric {
    return this.metric('LinesUnaccounted', props);
  }

  /** Lines that CloudWatch no longer shows though it did once. */
  metricLinesVanished(props?: MetricOptions): Metric {
    return this.metric('LinesVanished', props);
  }

  /** Documents that were new to Elasticsearch. */
  metricEventsIndexed(props?: MetricOptions): Metric {
    return this.metric('EventsIndexed', props);
  }

  /** Events that the audit policy drops. */
  metricEventsDropped(props?: MetricOptions): Metric {
    return this.metric('EventsDropped', props);
  }

  /** Seconds between now and the first minute not yet read in full. Up to a minute and the interval is normal. */
  metricFrontierLag(props?: MetricOptions): Metric {
    return this.metric('FrontierLag', props);
  }

  /** Seconds by which the most overdue second look at a minute is late. */
  metricRevisitLag(props?: MetricOptions): Metric {
    return this.metric('RevisitLag', props);
  }

  /** Requests that CloudWatch Logs refused since the account's quota was used up. */
  metricCloudWatchThrottles(props?: MetricOptions): Metric {
    return this.metric('CloudWatchThrottles', props);
  }
}
