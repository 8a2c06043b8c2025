import type { Problem } from '../problems/problem.ts';

/** Where and why a text is no YAML or JSON as the API server reads it. `line` counts from 1. */
export class TextProblem extends Error {
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.name = 'TextProblem';
    this.line = line;
  }
}

/** What reading a text gives, or the `TextProblem` that it throws. */
export function attempt<T extends object>(read: () => T): ({ ok: true } & T) | { ok: false; problem: Problem } {
  try {
    return { ok: true, ...read() };
  } catch (error) {
    if (!(error instanceof TextProblem)) throw error;
    return { ok: false, problem: { path: '', message: error.message, line: error.line } };
  }
}
