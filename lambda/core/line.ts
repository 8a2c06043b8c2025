/** One line of an audit log. */
export interface Line<O extends Origin = Origin> {
  readonly message: string;
  /** Milliseconds since the epoch: the time its source files the line under. */
  readonly timestamp: number;
  readonly origin: O;
}

/** Where a line was found: one kind for each way in. */
export type Origin = CloudWatchOrigin | FileOrigin;

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

/** Of a line in a file: an audit log as the API server writes it, or an archive of one. */
export interface FileOrigin {
  readonly kind: 'file';
  readonly path: string;
  /** Bytes of the uncompressed text before the line, or before what holds it. */
  readonly offset: number;
  /** What an archive of CloudWatch Logs says of the line, whose time is CloudWatch's then; absent: it is none. */
  readonly archived?: Partial<Omit<CloudWatchOrigin, 'kind'>>;
}

export type FileLine = Line<FileOrigin>;

/** As far as it is known where CloudWatch has a line, or had it; undefined: it never did. */
export function inCloudWatch(origin: Origin): Partial<CloudWatchOrigin> | undefined {
  return origin.kind === 'file' ? origin.archived : origin;
}
