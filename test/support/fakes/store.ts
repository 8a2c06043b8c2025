import type { Checkpoint, NextCheckpoint } from '../../../lambda/core/minutes/checkpoint.ts';
import { LeaseLost } from '../../../lambda/core/stopped.ts';
import type { Acquired, CheckpointStore } from '../../../lambda/ports.ts';

/** DynamoDB's one item in memory, with the same conditions. */
export class MemoryStore implements CheckpointStore {
  checkpoint: Checkpoint | undefined;
  fence = 0;
  owner: string | undefined;
  until = 0;
  serverTime: number | undefined;
  saves = 0;

  async acquire(owner: string, now: number, until: number): Promise<Acquired> {
    if (this.owner !== undefined && this.owner !== owner && this.until > now) {
      return { kind: 'held', owner: this.owner, until: this.until };
    }
    this.owner = owner;
    this.until = until;
    this.fence += 1;
    return { kind: 'acquired', checkpoint: this.checkpoint, fence: this.fence, serverTime: this.serverTime };
  }

  async save(next: NextCheckpoint, fence: number): Promise<void> {
    if (fence !== this.fence) throw new LeaseLost('stolen');
    const { start, cursors, judged, parts, naming } = next;
    this.checkpoint = { start, cursors, judged, parts, naming };
    this.saves += 1;
  }

  async release(fence: number): Promise<void> {
    if (fence === this.fence) this.owner = undefined;
  }
}
