/** A clock that all processes of a test share: it shows the real time at `since`, and runs `speed` times as fast. */
export interface FastClock {
  readonly speed: number;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** The variable by which a process is told; the module to preload is `fast-clock.ts`. */
export const FAST_CLOCK = 'FAST_CLOCK';

export function clockText({ speed, since }: FastClock): string {
  return `${speed},${since}`;
}

export function parseClock(text: string): FastClock {
  const [speed = Number.NaN, since = Number.NaN] = text.split(',').map(Number);
  if (!(speed > 0 && since > 0)) throw new Error(`${FAST_CLOCK}: expected speed,since; found ${text}`);
  return { speed, since };
}

export function fastTime({ speed, since }: FastClock, real: number): number {
  return Math.floor(since + (real - since) * speed);
}
