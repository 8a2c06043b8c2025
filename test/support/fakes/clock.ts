import type { Clock } from '../../../lambda/ports.ts';

/** Time that passes only by sleeping: hours of a run's life in no time. */
export class VirtualClock implements Clock {
  time: number;
  constructor(time: number) {
    this.time = time;
  }
  now(): number {
    return this.time;
  }
  random(): number {
    return 0.5;
  }
  async sleep(milliseconds: number): Promise<void> {
    this.time += milliseconds;
  }
}
