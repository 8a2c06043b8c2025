import type { Checkpoint, NextCheckpoint } from '../../../lambda/core/minutes/checkpoint.ts';
import type { Acquired, CheckpointStore } from '../../../lambda/ports.ts';

/** Cursors of one process that nobody else asks for: always free, forgotten at its end. */
export class MemoryStore implements CheckpointStore {
  #checkpoint: Checkpoint | undefined;

  async acquire(): Promise<Acquired> {
    return { kind: 'acquired', checkpoint: this.#checkpoint, fence: 1, serverTime: undefined };
  }

  async save(next: NextCheckpoint): Promise<void> {
    this.#checkpoint = next;
  }

  async release(): Promise<void> {}
}
