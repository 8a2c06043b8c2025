import type { LoadPolicy } from './policy.ts';

/** Whose credentials are used, and where: what an entry means that names neither. */
export interface Home {
  /** Twelve digits; a reader's role names its own. */
  readonly account: string;
  /** Needed where the cluster names none. */
  readonly region?: string;
}

/** What a command or the stack brings to the file: of its home what it knows. */
export interface ReadOptions extends Partial<Home> {
  /** `stack`: schedules know whole minutes, and an absent Region is the stack's. `run`: any interval. */
  readonly for: 'stack' | 'run';
  /** Milliseconds; default: the clock's. */
  readonly now?: number;
  /** Default: presets and files. */
  readonly loadPolicy?: LoadPolicy;
}
