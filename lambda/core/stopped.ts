/**
 * Thrown when a run can't go on: it stops, keeps what is confirmed, and is reported failed. The message is a sentence
 * for the operator: what happened and what to do; it holds no secret.
 */
export class Stopped extends Error {
  override readonly name: string = 'Stopped';
}

/** What passes by itself did not pass as long as there was time. */
export class OutOfTime extends Stopped {
  override readonly name = 'OutOfTime';
  /** What did not pass, as the beginning of a sentence. */
  readonly why: string;

  constructor(why: string) {
    super(`${why}, and no time is left to try it again.`);
    this.why = why;
  }
}

/** Another run took the lease while this one held it: what this run still had in hand, the other reads again. */
export class LeaseLost extends Stopped {
  override readonly name = 'LeaseLost';
}
