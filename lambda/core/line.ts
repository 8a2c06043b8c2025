/** One line of an audit log. */
export interface Line<O extends Origin = Origin> {
  readonly message: string;
  /** Milliseconds since the epoch: the time its source files the line under. */
  readonly timestamp: number;
  readonly origin: O;
}

/** Where a line was found: one kind for each way in. */
export type Origin = CloudWatchOrigin;

/** Of a CloudWatch log event. */
export interface CloudWatchOrigin {
  readonly kind: 'CloudWatch Logs';
  readonly group: string;
  readonly stream: string;
  readonly eventId: string;
  /** Milliseconds since the epoch, by AWS's clock: when CloudWatch took the line in. */
  readonly ingestionTime: number;
}

export type CloudWatchLine = Line<CloudWatchOrigin>;
