import type { Headway, Mark, Taken } from '../../../bin/operate/backfill/mark.ts';
import { Stopped } from '../../../lambda/core/stopped.ts';

/** The mark's item in memory, with the same conditions. */
export class MemoryMark implements Mark {
  owner: string | undefined;
  until = 0;
  left: Headway | undefined;
  renewals = 0;

  async take(owner: string, now: number, until: number): Promise<Taken> {
    if (this.owner !== undefined && this.owner !== owner && this.until > now)
      return { kind: 'held', owner: this.owner, until: this.until };
    this.owner = owner;
    this.until = until;
    return { kind: 'taken', left: this.left, serverTime: undefined };
  }

  async renew(owner: string, progress: Headway, until: number): Promise<void> {
    if (owner !== this.owner) throw new Stopped('stolen');
    this.left = progress;
    this.until = until;
    this.renewals += 1;
  }

  async release(owner: string, left: Headway | undefined): Promise<void> {
    if (owner !== this.owner) return;
    this.left = left;
    this.owner = undefined;
    this.until = 0;
  }
}
