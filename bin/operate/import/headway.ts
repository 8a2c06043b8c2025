import { SECOND } from '../../../lambda/core/time.ts';
import { figure } from '../../cli/figures.ts';
import type { Progress } from '../../cli/progress.ts';
import type { Counted } from './positions.ts';

/** How often a terminal is told, and how often what is no terminal, milliseconds. */
const OFTEN = SECOND / 4;
const SELDOM = 60 * SECOND;
const MB = 1_000_000;

/** Tells how far an import is: bytes as they lie there, how fast they pass, and how long the rest will take. */
export class Headway {
  readonly #total: number | undefined;
  readonly #progress: Progress;
  readonly #now: () => number;
  readonly #began: number;
  #read = 0;
  #lines = 0;
  #before = 0;
  #toldAt: number;
  #saidAt: number;

  /** `total`: bytes of all files; undefined: nobody knows. */
  constructor(total: number | undefined, progress: Progress, now: () => number) {
    this.#total = total;
    this.#progress = progress;
    this.#now = now;
    this.#began = now();
    this.#toldAt = this.#began;
    this.#saidAt = this.#began;
  }

  read(bytes: number): void {
    this.#read += bytes;
  }

  /** Of the file that is read now, all so far. */
  taken({ taken }: Pick<Counted, 'taken'>): void {
    this.#lines = taken.totals.read;
    const now = this.#now();
    if (now - this.#saidAt >= SELDOM) {
      this.#saidAt = now;
      this.#progress.doing(this.text());
    } else if (now - this.#toldAt >= OFTEN) {
      this.#toldAt = now;
      this.#progress.passing(this.text());
    }
  }

  fileDone(): void {
    this.#before += this.#lines;
    this.#lines = 0;
  }

  text(): string {
    const seconds = Math.max(0.001, (this.#now() - this.#began) / SECOND);
    const rate = this.#read / seconds;
    const lines = `${figure(this.#before + this.#lines)} lines`;
    const speed = `${sizeText(rate)}/s`;
    if (this.#total === undefined || this.#total === 0) return [sizeText(this.#read), lines, speed].join(' · ');
    const part = Math.min(1, this.#read / this.#total);
    const left = rate === 0 ? [] : [`${spanText((this.#total - Math.min(this.#total, this.#read)) / rate)} left`];
    const of = `${Math.floor(part * 100)} % of ${sizeText(this.#total)}`;
    return [of, lines, speed, ...left].join(' · ');
  }
}

export function sizeText(bytes: number): string {
  if (bytes >= 1000 * MB) return `${(bytes / MB / 1000).toFixed(1)} GB`;
  return bytes >= MB ? `${(bytes / MB).toFixed(1)} MB` : `${(bytes / 1000).toFixed(1)} kB`;
}

function spanText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
