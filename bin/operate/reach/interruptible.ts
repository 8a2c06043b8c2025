import { Stopped } from '../../../lambda/core/stopped.ts';
import type { Ports } from '../../../lambda/ports.ts';

/**
 * A ports that ends with the signal: no request begins after it, waiting ends at once. A run in it stops as at any
 * other fault, so what is confirmed is kept and the lease is given back.
 */
export function interruptible(ports: Ports, signal: AbortSignal): Ports {
  const { source, sink, clock } = ports;
  const goOn = () => {
    if (signal.aborted) throw new Stopped('Interrupted.');
  };
  const either = (other: AbortSignal) => AbortSignal.any([signal, other]);
  return {
    ...ports,
    source: {
      page: async (range, token, own) => {
        goOn();
        return source.page(range, token, either(own));
      },
    },
    sink: {
      // A request on its way is answered: what it did would else be counted nowhere.
      bulk: async (items, own) => {
        goOn();
        return sink.bulk(items, own);
      },
      renew: () => sink.renew(),
    },
    clock: {
      now: () => clock.now(),
      random: () => clock.random(),
      sleep: (milliseconds, own) => clock.sleep(milliseconds, own === undefined ? signal : either(own)),
    },
  };
}
