import { Stopped } from '../../../lambda/core/stopped.ts';
import { Filing } from '../intake/filing.ts';
import type { Intake } from '../intake/intake.ts';
import type { FollowedLines, Taken, Taker } from './follower.ts';

/** Gives the lines to the pipeline of the function. `pathOf`: what a document says of the file of this name. */
export class IntakeTaker implements Taker {
  readonly #intake: Pick<Intake, 'take'>;
  readonly #pathOf: (name: string) => string;
  readonly #signal: AbortSignal;

  constructor(intake: Pick<Intake, 'take'>, pathOf: (name: string) => string, signal: AbortSignal) {
    this.#intake = intake;
    this.#pathOf = pathOf;
    this.#signal = signal;
  }

  async take({ file, lines }: FollowedLines): Promise<Taken | undefined> {
    const filing = new Filing(() => file.modified, file.time ?? undefined, Date.now());
    const path = this.#pathOf(file.name);
    const taken = lines.map(({ text, offset }) => ({
      message: text,
      timestamp: Math.floor(filing.timeOf(text)),
      origin: { kind: 'file', path, offset } as const,
    }));
    const bytes = lines.reduce((sum, { offset, end }) => sum + end - offset, 0);
    try {
      return { sums: { ...(await this.#intake.take(taken)), bytes }, time: filing.last ?? null };
    } catch (error) {
      if (error instanceof Stopped && this.#signal.aborted) return undefined;
      throw error;
    }
  }
}
