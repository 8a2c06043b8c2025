import { Stopped } from '../../../lambda/core/stopped.ts';
import type { Ports } from '../../../lambda/ports.ts';

/**
 * A ports that ends with the signal: no request begins after it, waiting ends at once. A run in it stops as at any
 * other fault, so what is confirmed is kept and the lease is given back.
 */
export function interruptible(ports: Ports, signal: AbortSignal): Ports {
  const { source } = ports;
  return {
    ...ports,
    ...interruptibleSending(ports, signal),
    source: {
      page: async (range, token, own) => {
        refuseAfter(signal);
        return source.page(range, token, AbortSignal.any([signal, own]));
      },
    },
  };
}

/** The same of what only sends. */
export function interruptibleSending(
  { sink, clock }: Pick<Ports, 'sink' | 'clock'>,
  signal: AbortSignal,
): Pick<Ports, 'sink' | 'clock'> {
  return {
    sink: {
      // A request on its way is answered: what it did would else be counted nowhere.
      bulk: async (items, own) => {
        refuseAfter(signal);
        return sink.bulk(items, own);
      },
      renew: () => sink.renew(),
    },
    clock: {
      now: () => clock.now(),
      random: () => clock.random(),
      sleep: (milliseconds, own) =>
        clock.sleep(milliseconds, own === undefined ? signal : AbortSignal.any([signal, own])),
    },
  };
}

function refuseAfter(signal: AbortSignal): void {
  if (signal.aborted) throw new Stopped('Interrupted.');
}
