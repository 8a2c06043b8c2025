interface Waiting {
  readonly weight: number;
  readonly go: () => void;
}

/** Lets work of so much weight be done at a time, in the order in which it came; what is heavier is done alone. */
export class Turns {
  readonly #most: number;
  readonly #waiting: Waiting[] = [];
  #weight = 0;
  #running = 0;

  constructor(most: number) {
    this.#most = most;
  }

  async take<T>(weight: number, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((go) => {
      this.#waiting.push({ weight, go });
      this.#next();
    });
    try {
      return await work();
    } finally {
      this.#weight -= weight;
      this.#running -= 1;
      this.#next();
    }
  }

  #next(): void {
    for (let [first] = this.#waiting; first !== undefined; [first] = this.#waiting) {
      if (this.#running > 0 && this.#weight + first.weight > this.#most) return;
      this.#waiting.shift();
      this.#weight += first.weight;
      this.#running += 1;
      first.go();
    }
  }
}
