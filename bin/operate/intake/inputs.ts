import { createReadStream, type Stats } from 'node:fs';
import { glob, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { Problem } from '../../../lib/problems/problem.ts';
import type { Input } from './source.ts';

export interface Inputs {
  readonly inputs: readonly Input[];
  /** Everything that can't be found or read, a sentence each. */
  readonly problems: readonly Problem[];
}

export interface Found extends Inputs {
  /** What was found but not looked into, by its path, and why. */
  readonly leftOut: readonly { readonly name: string; readonly why: string }[];
}

/** Where objects are: `s3://bucket/prefix`. */
export interface Place {
  readonly bucket: string;
  /** Empty: all of the bucket. */
  readonly prefix: string;
}

const ADDRESS = /^s3:\/\/([^/]+)(?:\/(.*))?$/;

export interface Around {
  readonly stdin: AsyncIterable<Buffer>;
  /** Milliseconds. */
  readonly now: number;
  /** Of the command itself: what is found there is no log. */
  readonly state: string;
  /** What is in S3. */
  readonly objectsAt: (place: Place) => Promise<Inputs>;
}

/** What may stand for several names. */
const PATTERN = /[*?[\]{}]/;

/** What paths name: files, all files of folders and of globs, objects of S3, standard input for `-`. Each once, by name. */
export async function inputsOf(paths: readonly string[], around: Around): Promise<Found> {
  const search = new Search(around, await realpath(around.state).catch(() => resolve(around.state)));
  for (const path of paths) await search.look(path);
  return { inputs: search.inputs, problems: search.problems, leftOut: search.leftOut };
}

class Search {
  readonly inputs: Input[] = [];
  readonly problems: Problem[] = [];
  readonly leftOut: { readonly name: string; readonly why: string }[] = [];
  readonly #around: Around;
  /** Its own folders. Who names the one that holds them wants the rest of it. */
  #state: string;
  /** Real paths of files and folders: a link may lead in a circle, and two paths to one file. */
  readonly #seen = new Set<string>();

  constructor(around: Around, state: string) {
    this.#around = around;
    this.#state = state;
  }

  async look(path: string): Promise<void> {
    if (path === '-') return this.#take(this.#standard());
    const [, bucket, prefix = ''] = ADDRESS.exec(path) ?? [];
    if (bucket !== undefined) return this.#objects({ bucket, prefix });
    if (await isThere(path)) return this.#enter(path, 'named');
    if (!PATTERN.test(path)) return this.#say(path, 'There is no such file or folder: mend the path.');
    const names: string[] = [];
    try {
      for await (const name of glob(path)) names.push(name);
    } catch (error) {
      return this.#say(path, `It can't be looked for: ${faultOf(error)}.`);
    }
    if (names.length === 0) this.#say(path, 'No file has such a name: mend the pattern.');
    for (const name of names.sort(byName)) await this.#enter(name, 'found');
  }

  async #enter(path: string, how: 'named' | 'found'): Promise<void> {
    try {
      const real = await realpath(path);
      const status = await stat(path);
      if (this.#seen.has(real)) return;
      this.#seen.add(real);
      if (how === 'named' && real === this.#state) this.#state = join(real, 'import');
      else if (how === 'found' && isWithin(real, this.#state)) return this.#leaveOut(path);
      if (status.isDirectory()) await this.#folder(path, how);
      else if (status.isFile() || status.isFIFO()) this.inputs.push(fileInput(path, status));
      else if (how === 'named') this.#say(path, 'Expected a file or a folder, found neither: name another.');
    } catch (error) {
      this.#say(path, `It can't be read: ${faultOf(error)}.`);
    }
  }

  async #folder(path: string, how: 'named' | 'found'): Promise<void> {
    const names = await readdir(path);
    const before = this.inputs.length + this.problems.length;
    for (const name of names.sort(byName)) await this.#enter(join(path, name), 'found');
    const isEmpty = how === 'named' && this.inputs.length + this.problems.length === before;
    if (isEmpty) this.#say(path, 'There is no file in this folder: name another.');
  }

  async #objects(place: Place): Promise<void> {
    const { inputs, problems } = await this.#around.objectsAt(place);
    for (const input of inputs) this.#take(input);
    this.problems.push(...problems);
  }

  #take(input: Input): void {
    if (this.#seen.has(input.name)) return;
    this.#seen.add(input.name);
    this.inputs.push(input);
  }

  #standard(): Input {
    const { stdin, now } = this.#around;
    return { name: '-', size: undefined, written: now, isPassing: true, folder: '', open: () => stdin };
  }

  /** Once: a pattern may find each file of it. */
  #leaveOut(path: string): void {
    const why = 'it is in the folder of --state';
    if (this.leftOut.length === 0) this.leftOut.push({ name: path, why });
  }

  #say(path: string, message: string): void {
    this.problems.push({ path, message });
  }
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}

function fileInput(path: string, status: Stats): Input {
  const name = resolve(path);
  return {
    name,
    size: status.isFile() ? status.size : undefined,
    written: Math.floor(status.mtimeMs),
    isPassing: !status.isFile(),
    folder: basename(dirname(name)),
    open: () => createReadStream(name, { highWaterMark: 256 * 1024 }),
  };
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    // Whatever else is wrong with it, it is no pattern.
    return !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
  }
}

/** `audit-2.log` before `audit-10.log`. */
function byName(one: string, other: string): number {
  return COLLATOR.compare(one, other);
}

const COLLATOR = new Intl.Collator('en', { numeric: true });

const FAULTS: Readonly<Record<string, string>> = {
  EACCES: 'you have no right to it: use one who has (sudo)',
  EPERM: 'you have no right to it: use one who has (sudo)',
  ENOENT: 'the link leads nowhere',
  ELOOP: 'its links lead in a circle',
};

/** Why a file can't be read, in words where they are known. */
export function faultOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return FAULTS[code] ?? (error instanceof Error ? error.message : String(error));
}
