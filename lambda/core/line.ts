/** One CloudWatch log event. */
export interface Line {
  readonly message: string;
  /** Milliseconds since the epoch: the time CloudWatch files the line under. */
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly eventId: string;
  readonly stream: string;
}
