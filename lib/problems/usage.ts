import { describeProblems, type Problem } from './problem.ts';

/** Wrong use, configuration or reach: nothing was begun, exit code 2. The message is shown as it is, without a stack. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse';
  static of(problems: readonly Problem[]): WrongUse {
    return new WrongUse(describeProblems(problems));
  }
}

/** The answer is no, or the run failed: exit code 1. */
export class Failed extends Error {
  override readonly name = 'Failed';
}
