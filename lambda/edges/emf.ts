import { Metrics } from '@aws-lambda-powertools/metrics';
import { METRIC_DIMENSION, METRIC_NAMESPACE, METRICS, type MetricName, type PropertyName } from '../contract.ts';
import type { Tally } from '../core/ledger/tally.ts';
import type { Meter } from '../ports.ts';

/** Writes a run's numbers as one line in CloudWatch's embedded metric format. */
export const emfMeter: Meter = {
  emit(tally) {
    const line = new Metrics({ namespace: METRIC_NAMESPACE });
    // Powertools adds a dimension `service` of its own; an alarm on [Cluster] alone would then never fire.
    line.clearDefaultDimensions();
    line.addDimension(METRIC_DIMENSION, tally.cluster);
    for (const [name, value] of present(metrics(tally))) line.addMetric(name, METRICS[name], value);
    for (const [name, value] of present(properties(tally))) line.addMetadata(name, String(value));
    line.publishStoredMetrics();
  },
};

/** A number that was not measured is not emitted: no data is not 0. */
function metrics(tally: Tally): Partial<Record<MetricName, number | undefined>> {
  return {
    ...(tally.ended === 'succeeded' && { RunsSucceeded: 1 }),
    RunsFailed: tally.ended === 'failed' ? 1 : 0,
    LinesRead: tally.read,
    LinesLate: tally.late,
    LinesParked: tally.parked,
    LinesRefused: tally.refused,
    LinesUnaccounted: tally.unaccounted,
    LinesVanished: tally.vanished,
    EventsIndexed: tally.indexed,
    EventsDropped: tally.dropped,
    FrontierLag: tally.frontierLag,
    RevisitLag: tally.revisitLag,
    CloudWatchThrottles: tally.throttles,
  };
}

function properties(tally: Tally): Partial<Record<PropertyName, number | string | undefined>> {
  return {
    LinesUnchanged: tally.unchanged,
    LinesDuplicate: tally.duplicate,
    LinesRepeated: tally.repeated,
    LinesTruncated: tally.truncated,
    BytesRead: tally.bytesRead,
    BytesSent: tally.bytesSent,
    EventsAlreadyIndexed: tally.alreadyIndexed,
    IngestionDelay: tally.ingestionDelay / 1000,
    CloudWatchCalls: tally.calls,
    ElasticsearchRetries: tally.elasticsearchRetries,
    ElasticsearchTook: tally.elasticsearchTook,
    RunDuration: tally.duration,
    LeaseHeldElsewhere: tally.ended === 'lease held elsewhere' ? 1 : 0,
    SecretRefused: tally.secretRefused,
    Reason: tally.reason,
  };
}

function present<K extends string, V>(values: Partial<Record<K, V | undefined>>): [K, V][] {
  return Object.entries(values).filter((entry): entry is [K, V] => entry[1] !== undefined);
}
