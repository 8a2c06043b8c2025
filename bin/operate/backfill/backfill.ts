import type { Numbers } from '../../../lambda/core/ledger/tally.ts';
import type { Minutes } from '../../../lambda/core/minutes/minutes.ts';
import { shareOf } from '../../../lambda/core/pace.ts';
import { Stopped } from '../../../lambda/core/stopped.ts';
import { isoTime, MINUTE } from '../../../lambda/core/time.ts';
import type { PageSource } from '../../../lambda/ports.ts';
import { refuseSkew } from '../../../lambda/run.ts';
import type { Headway, Mark } from './mark.ts';
import { Resend, type Resending } from './resend.ts';

export interface Backfill extends Resending {
  readonly minutes: Minutes;
  readonly mark: Mark;
  /** Names the mark's holder. */
  readonly owner: string;
  /** Hears how far it has come. */
  readonly report: (progress: Headway, numbers: Numbers) => void;
}

export interface Backfilled {
  readonly numbers: Numbers;
  readonly progress: Headway;
  /** Where an earlier start had got to; undefined where this one began at the beginning. */
  readonly resumed: number | undefined;
  /** The range that an earlier backfill had not finished and that is forgotten now. */
  readonly forgotten: Headway | undefined;
  /** Minutes that another policy had judged before. */
  readonly rejudged: number;
  /** Why it ended before the end of its range; undefined where it is done. */
  readonly failure: string | undefined;
}

const HOLDS = 3 * MINUTE;

/** Sends a range of minutes again. Needs no lease and may be started again at any time: what is there answers 409. */
export async function backfill(order: Backfill): Promise<Backfilled> {
  const { minutes, mark, owner, ports, settings, report } = order;
  const { clock } = ports;
  const taken = await mark.take(owner, clock.now(), clock.now() + HOLDS);
  if (taken.kind === 'held') {
    const until = `until ${isoTime(taken.until)} at the latest unless it goes on`;
    throw new Stopped(`Another backfill of ${settings.cluster} is running (${taken.owner}, ${until}): wait for it.`);
  }
  const marked = clock.now() + HOLDS;
  const requestsPerSecond = shareOf(settings.requestsPerSecond, marked, clock.now());
  let renewedAt = 0;
  const source: PageSource = {
    page: async (range, token, signal) => {
      if (clock.now() - renewedAt >= MINUTE) await renew();
      return ports.source.page(range, token, signal);
    },
  };
  const resend = new Resend({
    ...order,
    settings: { ...settings, requestsPerSecond },
    ports: { ...ports, source },
  });
  const policy = order.anew ? resend.current : 'each';
  const resumed = isSame(taken.left, minutes, policy) ? taken.left.upTo : undefined;
  let progress: Headway = { ...minutes, upTo: resumed ?? minutes.from, policy };
  const renew = async () => {
    renewedAt = clock.now();
    await mark.renew(owner, progress, renewedAt + HOLDS);
  };
  let failure: string | undefined;
  try {
    refuseSkew(taken.serverTime, clock.now());
    while (progress.upTo < progress.to) {
      report(progress, resend.numbers);
      progress = { ...progress, upTo: await resend.step({ from: progress.upTo, to: progress.to }) };
    }
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    failure = error.message;
  } finally {
    await mark.release(owner, progress.upTo < progress.to ? progress : undefined);
  }
  const forgotten = resumed === undefined ? taken.left : undefined;
  return { numbers: resend.numbers, progress, resumed, forgotten, rejudged: resend.rejudged, failure };
}

function isSame(left: Headway | undefined, { from, to }: Minutes, policy: string): left is Headway {
  return left !== undefined && left.from === from && left.to === to && left.policy === policy;
}
