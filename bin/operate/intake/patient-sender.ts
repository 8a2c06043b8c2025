import type { Parcel } from '../../../lambda/core/document/judge.ts';
import { backoff } from '../../../lambda/core/pace.ts';
import { OutOfTime, Stopped } from '../../../lambda/core/stopped.ts';
import { MINUTE } from '../../../lambda/core/time.ts';
import type { Ports } from '../../../lambda/ports.ts';
import type { Sender, Settle } from '../../../lambda/sender.ts';

export interface Patience {
  readonly sender: Pick<Sender, 'send'>;
  readonly ports: Pick<Ports, 'sink' | 'clock'>;
  /** Ends the waiting: what was not confirmed then throws what stopped it last. */
  readonly signal: AbortSignal;
  /** Hears why it waits each time, and undefined when it goes on. */
  readonly waiting: (why: string | undefined) => void;
}

const LONGEST_WAIT = MINUTE;

/** Sends until all is confirmed, however long Elasticsearch is away; each parcel is settled once. */
export class PatientSender {
  readonly #patience: Patience;

  constructor(patience: Patience) {
    this.#patience = patience;
  }

  async send(parcels: readonly Parcel[], settle: Settle): Promise<void> {
    const { sender, ports, signal, waiting } = this.#patience;
    const left = new Set(parcels);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await sender.send([...left], (parcel, outcome) => {
          left.delete(parcel);
          settle(parcel, outcome);
        });
        if (attempt > 1) waiting(undefined);
        return;
      } catch (error) {
        if (!(error instanceof Stopped) || signal.aborted) throw error;
        // Time is what it has.
        waiting(error instanceof OutOfTime ? `${error.why}.` : error.message);
        await ports.clock.sleep(backoff(attempt, ports.clock.random(), 1000, LONGEST_WAIT), signal);
        if (signal.aborted) throw error;
        await renewed(ports);
      }
    }
  }
}

/** The sender itself reads a refused secret again once; in weeks it may be rotated more often. */
async function renewed({ sink }: Pick<Ports, 'sink'>): Promise<void> {
  try {
    await sink.renew();
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
}
