import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject, parseJson } from '../../../lambda/core/json.ts';
import { addCounts, type Counts } from '../../../lambda/core/ledger/counts.ts';
import { canonical } from '../../../lambda/core/policy/policy.ts';
import { Stopped } from '../../../lambda/core/stopped.ts';
import { WrongUse } from '../../../lib/problems/usage.ts';
import { faultOf } from '../intake/inputs.ts';
import { addTaken, NOTHING_TAKEN, type Taken } from '../intake/intake.ts';
import { type Lock, lockFolder } from '../intake/lock.ts';
import type { Input } from '../intake/source.ts';
import { makeFolder, readIfThere, writeDurably } from '../intake/state-file.ts';

/** What an import has counted of a file beside the outcomes. */
export interface Counted {
  readonly taken: Taken;
  /** Lines of streams that are no audit log. */
  readonly others: number;
  /** Lines outside of --since and --until. */
  readonly outside: number;
  /** Events that somebody has formatted anew. */
  readonly formatted: number;
  /** Events that Elasticsearch deletes for their age. */
  readonly expired: number;
  /** Lines by the cluster's name that they went under. */
  readonly as: Counts;
}

export const NOTHING_COUNTED: Counted = {
  taken: NOTHING_TAKEN,
  others: 0,
  outside: 0,
  formatted: 0,
  expired: 0,
  as: {},
};

export function addCounted(one: Counted, other: Counted): Counted {
  return {
    taken: addTaken(one.taken, other.taken),
    others: one.others + other.others,
    outside: one.outside + other.outside,
    formatted: one.formatted + other.formatted,
    expired: one.expired + other.expired,
    as: addCounts(one.as, other.as),
  };
}

/** How far a file was read: every line before `offset` has its outcome. */
export interface Position extends Counted {
  readonly name: string;
  /** As the file was then. */
  readonly size: number;
  readonly written: number;
  /** Bytes of the unpacked text. */
  readonly offset: number;
  /** Of these bytes. */
  readonly digest: string;
  /** By what a line without a time is filed next; null: no event had one. */
  readonly last: number | null;
  /** There was no more. */
  readonly isDone: boolean;
}

/** Milliseconds; the end is not in it. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Where an import has got to, in a folder: a command that was ended goes on. */
export class Positions {
  readonly #state: string;
  readonly #folder: string;
  #lock: Lock | undefined;

  /** `command`: all that makes it another import of the same files. */
  constructor(folder: string, command: object) {
    this.#state = folder;
    this.#folder = join(folder, 'import', hashOf(canonical(command)));
  }

  async of({ name }: Input): Promise<Position | undefined> {
    const value = await this.#read(this.#path(name));
    return isPosition(value) && value.name === name ? value : undefined;
  }

  /** Takes the folder for this command. Throws `WrongUse` where it can't be written to, or the same command has it. */
  async begin(now: Date): Promise<void> {
    try {
      await makeFolder(this.#folder);
      await access(this.#folder, constants.W_OK);
      this.#lock = await lockFolder(this.#folder, now, this.#state);
    } catch (error) {
      if (error instanceof WrongUse) throw error;
      const message = `What it has done can't be kept there: ${faultOf(error)}. Name another folder.`;
      throw WrongUse.of([{ path: `--state ${this.#state}`, message }]);
    }
  }

  async save(position: Position): Promise<void> {
    await this.#write(this.#path(position.name), position);
  }

  /** The times that the command's first start meant: a while ago is another time at each start. */
  async rangeOf(range: Range): Promise<Range> {
    const path = join(this.#folder, 'range.json');
    const value = await this.#read(path);
    if (isObject(value) && isEnd(value.from) && isEnd(value.to))
      return { from: value.from ?? Number.NEGATIVE_INFINITY, to: value.to ?? Number.POSITIVE_INFINITY };
    // JSON has no infinity: it becomes null.
    await this.#write(path, range);
    return range;
  }

  async #read(path: string): Promise<unknown> {
    try {
      return parseJson((await readIfThere(path)) ?? '');
    } catch (error) {
      throw new Stopped(`What it has done can't be read in ${this.#folder}: ${faultOf(error)}.`, { cause: error });
    }
  }

  async #write(path: string, value: object): Promise<void> {
    try {
      await writeDurably(path, JSON.stringify(value));
    } catch (error) {
      throw new Stopped(`What it has done can't be kept in ${this.#folder}: ${faultOf(error)}.`, { cause: error });
    }
  }

  /** Once all is done: the same command begins anew. */
  async forget(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Whoever comes next may have the folder. */
  async end(): Promise<void> {
    await this.#lock?.release();
  }

  #path(name: string): string {
    return join(this.#folder, `${hashOf(name)}.json`);
  }
}

function isEnd(value: unknown): value is number | null {
  return value === null || Number.isSafeInteger(value);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Of what this program has written; what somebody else made of it is not gone by. */
function isPosition(value: unknown): value is Position {
  return (
    isObject(value) &&
    ['name', 'digest'].every((key) => typeof value[key] === 'string') &&
    ['size', 'written', 'offset', 'others', 'outside', 'formatted', 'expired'].every((key) =>
      Number.isSafeInteger(value[key]),
    ) &&
    isObject(value.taken) &&
    ['totals', 'dropped', 'parked'].every(
      (key) => isObject(value.taken) && isObject((value.taken as Record<string, unknown>)[key]),
    ) &&
    isObject(value.as) &&
    typeof value.isDone === 'boolean'
  );
}
