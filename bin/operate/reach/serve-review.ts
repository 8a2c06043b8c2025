import { systemClock } from '../../../lambda/edges/clock.ts';
import { reviewApp } from '../../../review/server/app.ts';
import { Door } from '../../../review/server/door.ts';
import type { ReviewPorts } from '../../../review/server/review.ts';
import { listenOn } from '../../../review/server/serve.ts';

/** One and the same, so that an address sent to a colleague opens his own review. */
export const REVIEW_PORT = 7240;

export interface Served {
  /** Opens the page once, for whoever has it. */
  readonly start: string;
  close(): Promise<void>;
}

export interface ServeOptions extends Omit<ReviewPorts, 'clock' | 'zone'> {
  /** 0: a free one. */
  readonly port: number;
  /** Gets an address that opens the page once more, each time that one was used. */
  readonly again: (start: string) => void;
  /** Gets a sentence for the terminal. */
  readonly report: (line: string) => void;
}

/** Serves the pages until `close`. Throws `WrongUse` where the port can't be had. */
export async function serveReview({ port: wanted, again, report, ...ports }: ServeOptions): Promise<Served> {
  const door = new Door();
  const startOn = (port: number) => `http://127.0.0.1:${port}/start?token=${door.token()}`;
  const { port, close } = await listenOn(wanted, (own) =>
    reviewApp(
      { ...ports, clock: systemClock, zone: Intl.DateTimeFormat().resolvedOptions().timeZone },
      {
        door,
        port: own,
        entered: () => again(startOn(own)),
        report: (error) => report(error instanceof Error ? (error.stack ?? error.message) : String(error)),
      },
    ),
  );
  return { start: startOn(port), close };
}
