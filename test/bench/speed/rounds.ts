import type { Policy } from '../../../lambda/core/policy/policy.ts';
import { DEFAULTS } from '../../../lib/config/defaults.ts';
import { loadPolicy } from '../../../lib/policy/file.ts';
import { EVERYTHING } from '../../support/builders.ts';
import { fileLines, type Life, sampleLines } from './events.ts';
import { type FunctionSpent, type Spent, type Stage, setStage } from './stage.ts';

/** MB with which Lambda gives a whole processor; with less it gives a share. */
export const WHOLE_PROCESSOR = 1769;
const SMALL = 256;

export interface Options {
  readonly lines: number;
  readonly rounds: number;
  /** Lines of a log instead of the samples. */
  readonly events?: string | undefined;
  readonly say: (progress: string) => void;
}

/** What one round measured; each row of the table is made of these. */
export interface Round {
  readonly reference: Spent;
  readonly sameBytes: Spent;
  readonly kept: FunctionSpent;
  readonly small: FunctionSpent;
  readonly standard: FunctionSpent;
  readonly unchanged: FunctionSpent;
  readonly mixReference: Spent;
  readonly mix: FunctionSpent;
}

export interface Rounds {
  readonly rounds: readonly Round[];
  /** Bytes of the bundle. */
  readonly size: number;
}

/** Runs everything so many times over; reference and function take turns, so that what disturbs one disturbs both. */
export async function measureRounds(options: Options): Promise<Rounds> {
  const { lines, rounds, events, say } = options;
  const linesOf = (life: Life) => (events === undefined ? sampleLines(life, lines) : fileLines(events, lines));
  say(`${lines} lines are laid out twice, once to be kept, once for the default policy`);
  const all = await setStage(linesOf('full'), EVERYTHING);
  const mix = await setStage(linesOf('mixed'), defaultPolicy());
  try {
    const found: Round[] = [];
    for (let at = 1; at <= rounds; at += 1) found.push(await round(all, mix, (what) => say(`${at}/${rounds} ${what}`)));
    return { rounds: found, size: all.size };
  } finally {
    await all.close();
    await mix.close();
  }
}

async function round(all: Stage, mix: Stage, say: Options['say']): Promise<Round> {
  say('plain Node');
  const reference = await all.reference();
  say('the function, everything kept');
  const kept = await all.function(WHOLE_PROCESSOR);
  say('plain Node, the very same bytes');
  const sameBytes = await all.sameBytes();
  say('the function, an unchanged log');
  const unchanged = await all.lookAgain(WHOLE_PROCESSOR);
  say(`the function with ${SMALL} MB`);
  const small = await all.function(SMALL);
  say(`the function with ${DEFAULTS.memorySize} MB`);
  const standard = await all.function(DEFAULTS.memorySize);
  say('the default policy');
  const mixReference = await mix.reference();
  return {
    reference,
    kept,
    sameBytes,
    unchanged,
    small,
    standard,
    mixReference,
    mix: await mix.function(DEFAULTS.memorySize),
  };
}

export function defaultPolicy(): Policy {
  const loaded = loadPolicy('network-policy', '.');
  if (!loaded.ok) throw new Error('The default policy could not be read.');
  return loaded.policy;
}
