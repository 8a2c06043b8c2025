import { Stopped } from '../../../lambda/core/stopped.ts';
import type { Clock, PageSource } from '../../../lambda/ports.ts';
import { Reader } from '../../../lambda/reader.ts';

/** Faults in a row, other than throttling, after which CloudWatch Logs is given up: two minutes or so. */
const FAULTS = 20;

/** A reader that no deadline ends: throttling is waited out however long it takes. */
export function patientReader(source: PageSource, clock: Clock, requestsPerSecond: number): Reader {
  return new Reader({ source: givingUp(source), clock, requestsPerSecond, deadline: Number.POSITIVE_INFINITY });
}

function givingUp(source: PageSource): PageSource {
  let faults = 0;
  return {
    page: async (range, token, signal) => {
      const answer = await source.page(range, token, signal);
      faults = answer.kind === 'again' && !answer.throttled ? faults + 1 : 0;
      if (faults >= FAULTS && answer.kind === 'again')
        throw new Stopped(`CloudWatch Logs does not answer (${answer.why}): try it again when it does.`);
      return answer;
    },
  };
}
