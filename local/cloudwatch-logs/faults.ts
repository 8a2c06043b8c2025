import { z } from 'zod';
import { type Random, random } from '../random.ts';
import { Refusal } from './refusal.ts';

const probability = z.number().min(0).max(1);
const span = z.strictObject({
  probability: probability.default(1),
  /** Milliseconds, uniform between both. */
  from: z.number().min(0).default(0),
  to: z.number().min(0),
});

/** What the emulator does wrong on purpose. Nothing by default. */
export const faultsSchema = z.strictObject({
  /** FilterLogEvents requests per second, a second's worth at once; more answer ThrottlingException. null: no limit. */
  throttle: z.number().positive().nullable().default(null),
  /** A page of FilterLogEvents is empty and has a token. Below 1: a reader must get somewhere. */
  emptyPages: z.number().min(0).lt(1).default(0),
  /** Every n-th page of FilterLogEvents is empty and has a token; null: none. */
  emptyEvery: z.number().int().min(2).nullable().default(null),
  /** Of events put from now on: how much later they become readable; their ingestionTime says when. null: at once. */
  lateness: span.nullable().default(null),
  /** A read or a description answers 500 or 503. */
  errors: probability.default(0),
  /** A read or a description is answered so much later. null: at once. */
  slow: span.nullable().default(null),
  /** FilterLogEvents gives every event once, but in no order within three pages. */
  shuffle: z.boolean().default(false),
  /** An event is left out of one answer of FilterLogEvents, though other reads have it. */
  leaveOut: probability.default(0),
});
export type Faults = z.output<typeof faultsSchema>;
export type FaultsChange = z.input<typeof faultsSchema>;

/** Draws all faults from one seed, so that a run repeats. */
export class Dice {
  readonly seed: number;
  faults: Faults;
  readonly #random: Random;
  readonly #now: () => number;
  #pages = 0;
  #tokens: number;
  #filledAt: number;

  constructor(seed: number, change: FaultsChange, now: () => number) {
    this.seed = seed;
    this.#random = random(seed);
    this.#now = now;
    this.faults = faultsSchema.parse(change);
    this.#tokens = this.faults.throttle ?? 0;
    this.#filledAt = now();
  }

  /** Keys that are not named stay as they are. Throws a ZodError on what is no fault. */
  change(change: object): Faults {
    this.faults = faultsSchema.parse({ ...this.faults, ...change });
    if ('throttle' in change) this.#tokens = this.faults.throttle ?? 0;
    return this.faults;
  }

  throttle(): void {
    const rate = this.faults.throttle;
    if (rate === null) return;
    const now = this.#now();
    this.#tokens = Math.min(Math.max(rate, 1), this.#tokens + ((now - this.#filledAt) / 1000) * rate);
    this.#filledAt = now;
    if (this.#tokens < 1) throw new Refusal('ThrottlingException', 'Rate exceeded');
    this.#tokens -= 1;
  }

  fail(): void {
    if (!this.#happens(this.faults.errors)) return;
    throw this.#happens(0.5)
      ? new Refusal('InternalServerException', 'An internal server error occurred.', 500)
      : new Refusal('ServiceUnavailableException', 'The service cannot complete the request.', 503);
  }

  empty(): boolean {
    this.#pages += 1;
    const { emptyEvery, emptyPages } = this.faults;
    return (emptyEvery !== null && this.#pages % emptyEvery === 0) || this.#happens(emptyPages);
  }

  leftOut(): boolean {
    return this.#happens(this.faults.leaveOut);
  }

  /** Milliseconds until an event put now can be read. */
  lateness(): number {
    return Math.round(this.#within(this.faults.lateness));
  }

  /** Milliseconds until an answer. */
  slowness(): number {
    return this.#within(this.faults.slow);
  }

  #within(span: Faults['slow']): number {
    if (span === null || !this.#happens(span.probability)) return 0;
    return span.from + this.#random() * Math.max(0, span.to - span.from);
  }

  #happens(probability: number): boolean {
    return probability > 0 && this.#random() < probability;
  }
}
