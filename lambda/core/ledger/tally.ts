import { noTotals, type Totals } from './counts.ts';

/** The numbers of one run: what it made of the lines it read, and how it went. */
export interface Tally extends Numbers {
  readonly cluster: string;
  readonly ended: 'succeeded' | 'failed' | 'lease held elsewhere';
  /** Why a run failed: the sentence for the operator. */
  readonly reason?: string;
  /** Milliseconds. */
  readonly duration: number;
}

/** What the parts of a run have counted: each its own. */
export interface Numbers extends Readonly<Totals>, ReadNumbers, SendNumbers, RowNumbers {
  /** Lines of re-read minutes that had not changed; counted nowhere else. */
  readonly unchanged: number;
  readonly bytesRead: number;
  /** The longest time between a line's timestamp and its ingestion, milliseconds. */
  readonly ingestionDelay: number;
  /** Seconds; absent where the run never saw the checkpoint. */
  readonly frontierLag?: number;
  readonly revisitLag?: number;
}

export interface ReadNumbers {
  /** Requests to CloudWatch Logs. */
  readonly calls: number;
  readonly throttles: number;
  /** Lines that a read gave twice; the second is counted nowhere else. */
  readonly repeated: number;
}

export interface SendNumbers {
  readonly bytesSent: number;
  readonly elasticsearchRetries: number;
  /** Elasticsearch's own count, milliseconds. */
  readonly elasticsearchTook: number;
  /** How often Elasticsearch refused the credentials. */
  readonly secretRefused: number;
}

export interface RowNumbers {
  /** By how much the rows' late and vanished lines grew. */
  readonly late: number;
  readonly vanished: number;
}

/** Of a run that came to nothing. */
export const NO_NUMBERS: Numbers = {
  ...noTotals(),
  calls: 0,
  throttles: 0,
  repeated: 0,
  bytesSent: 0,
  elasticsearchRetries: 0,
  elasticsearchTook: 0,
  secretRefused: 0,
  late: 0,
  vanished: 0,
  unchanged: 0,
  bytesRead: 0,
  ingestionDelay: 0,
};
