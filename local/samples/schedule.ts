/** What will be told: the earliest first, and telling one thing may plan others. */
export class Schedule<T> {
  /** The latest first, so that the next is popped. */
  readonly #plan: { readonly at: number; readonly run: (at: number) => T }[] = [];

  add(at: number, run: (at: number) => T): void {
    const after = this.#plan.findLastIndex((planned) => planned.at > at);
    this.#plan.splice(after + 1, 0, { at, run });
  }

  /** Again and again from a time on, half to one and a half of the gap apart. */
  every(from: number, gap: number, random: () => number, run: (at: number) => T): void {
    const again = (at: number): T => {
      this.add(at + gap * (0.5 + random()), again);
      return run(at);
    };
    this.add(from + gap * random(), again);
  }

  *until(to: number): Generator<{ readonly at: number; readonly told: T }> {
    for (let next = this.#plan.pop(); next !== undefined && next.at < to; next = this.#plan.pop()) {
      yield { at: next.at, told: next.run(next.at) };
    }
  }
}
