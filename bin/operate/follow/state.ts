import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../../lambda/core/json.ts';
import { noTotals } from '../../../lambda/core/ledger/counts.ts';
import { WrongUse } from '../../../lib/problems/usage.ts';
import { readIfThere, writeDurably } from '../intake/state-file.ts';
import { AT_THE_BEGINNING, type Position } from './position.ts';

/** What a folder of state says of its log. */
export interface LogState {
  readonly cluster: string;
  /** The file's whole path; of what is sent the spool's folder. */
  readonly log: string;
  readonly position: Position;
  /** When it was made, milliseconds. */
  readonly began: number;
  /** When there was last nothing left to pass on, milliseconds; null: never. */
  readonly caughtUp: number | null;
}

const VERSION = 1;

const counts = z.record(z.string(), z.number());
const totals = z.object(Object.fromEntries(Object.keys(noTotals()).map((key) => [key, z.number()])));
const sums = {
  totals: z.custom<ReturnType<typeof noTotals>>((value) => totals.safeParse(value).success),
  dropped: counts,
  parked: counts,
  bytes: z.number(),
};
const place = z.object({
  name: z.string(),
  rotated: z.boolean(),
  device: z.string(),
  inode: z.string(),
  size: z.number(),
  modified: z.number(),
  offset: z.number(),
  print: z.object({ first: z.number(), head: z.string(), tail: z.string() }),
  passedAt: z.number().nullable(),
  damaged: z.string().nullable(),
  time: z.number().nullable(),
  sums: z.object(sums),
});
const state = z.object({
  version: z.literal(VERSION),
  cluster: z.string(),
  log: z.string(),
  began: z.number().default(() => Date.now()),
  caughtUp: z.number().nullable(),
  position: z.object({
    files: z.array(place),
    gone: z.object({ ...sums, files: z.number() }),
    removals: z.object({ files: z.number(), bytes: z.number(), last: z.number().nullable() }),
  }),
});

function fileIn(folder: string): string {
  return join(folder, 'position.json');
}

/** undefined: there is none in this folder. Throws `WrongUse` where it can't be read. */
export async function readState(folder: string): Promise<LogState | undefined> {
  const file = fileIn(folder);
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  const { data } = state.safeParse(parseJson(text));
  if (data !== undefined) return data;
  throw new WrongUse(
    `${file}: expected what this version of follow has written, found something else: name another folder, or remove this one to read all that is on the disk again, which does no harm.`,
  );
}

/** The state to go on with, which is on disk. Throws `WrongUse` where it is of another log. */
export async function stateOf(folder: string, cluster: string, log: string, now: number): Promise<LogState> {
  const found = await readState(folder);
  if (found === undefined) {
    const first = { cluster, log, position: AT_THE_BEGINNING, began: now, caughtUp: null };
    // Who is ended and started again before anything is passed on is behind since the first time.
    await writeState(folder, first);
    return first;
  }
  const differs =
    found.cluster !== cluster ? `the cluster ${found.cluster}` : found.log !== log ? found.log : undefined;
  if (differs === undefined) return found;
  throw new WrongUse(
    `--state ${folder}: this folder holds the state of ${differs}, not of ${found.cluster !== cluster ? cluster : log}. Name another folder.`,
  );
}

export function writeState(folder: string, written: LogState): Promise<void> {
  return writeDurably(fileIn(folder), JSON.stringify({ version: VERSION, ...written }));
}
