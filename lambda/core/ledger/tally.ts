/** The numbers of one run: what it made of the lines it read, and how it went. A run's code adds to it as it goes. */
export interface Tally {
  readonly cluster: string;
  ended: 'succeeded' | 'failed' | 'lease held elsewhere';
  /** Why a run failed: the sentence for the operator. */
  reason?: string;
  /** Lines that were given an outcome. */
  read: number;
  indexed: number;
  alreadyIndexed: number;
  duplicate: number;
  dropped: number;
  parked: number;
  /** Lines without an outcome: must be 0. */
  unaccounted: number;
  /** Of the parked ones, those whose line was cut. */
  truncated: number;
  /** By how much the rows' late and vanished lines grew. */
  late: number;
  vanished: number;
  /** Lines of re-read minutes that had not changed; counted nowhere else. */
  unchanged: number;
  bytesRead: number;
  bytesSent: number;
  /** The longest time a line took to become readable, milliseconds. */
  ingestionDelay: number;
  calls: number;
  throttles: number;
  elasticsearchRetries: number;
  /** Elasticsearch's own count, milliseconds. */
  elasticsearchTook: number;
  secretRefused: number;
  /** Seconds; undefined where the run never saw the checkpoint. */
  frontierLag?: number;
  revisitLag?: number;
  /** Milliseconds. */
  duration: number;
}

export function emptyTally(cluster: string): Tally {
  return {
    cluster,
    ended: 'failed',
    read: 0,
    indexed: 0,
    alreadyIndexed: 0,
    duplicate: 0,
    dropped: 0,
    parked: 0,
    unaccounted: 0,
    truncated: 0,
    late: 0,
    vanished: 0,
    unchanged: 0,
    bytesRead: 0,
    bytesSent: 0,
    ingestionDelay: 0,
    calls: 0,
    throttles: 0,
    elasticsearchRetries: 0,
    elasticsearchTook: 0,
    secretRefused: 0,
    duration: 0,
  };
}

/** What can become of a line, as the tally counts it. */
export type Outcome = 'indexed' | 'alreadyIndexed' | 'duplicate' | 'dropped' | 'parked';
