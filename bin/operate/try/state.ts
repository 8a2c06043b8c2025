import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../../lambda/core/json.ts';
import { WrongUse } from '../../../lib/problems/usage.ts';
import { startDynamoDB } from '../../../local/dynamodb.ts';
import { removeHome } from '../../../local/elasticsearch/home.ts';

const Kept = z.object({
  /** Its indices are this state's alone, also on a server that others use. */
  cluster: z.string(),
  /** The address of a server that is not ours; null where the documents are below this folder; absent: there are none. */
  elasticsearch: z.string().nullable().optional(),
  /** SHA-256 of the files fed. */
  fed: z.array(z.string()),
});
type Kept = z.infer<typeof Kept>;

/** What `try` keeps between starts: CloudWatch's lines, the table, Elasticsearch's data; they live and die together. */
export class State {
  readonly folder: string;
  #kept: Kept;

  constructor(folder: string, kept: Kept) {
    this.folder = folder;
    this.#kept = kept;
  }

  get cluster(): string {
    return this.#kept.cluster;
  }

  get hasDocuments(): boolean {
    return this.#kept.elasticsearch !== undefined;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  hasFed(lines: readonly string[]): boolean {
    return this.#kept.fed.includes(digest(lines));
  }

  rememberFed(lines: readonly string[]): void {
    this.#keep({ ...this.#kept, fed: [...this.#kept.fed, digest(lines)] });
  }

  /** Said before the first document is sent, and taken back where none came to be. */
  rememberServer(url: string | null): void {
    this.#keep({ ...this.#kept, elasticsearch: url });
  }

  forgetServer(): void {
    const { elasticsearch: _, ...kept } = this.#kept;
    this.#keep(kept);
  }

  #keep(kept: Kept): void {
    this.#kept = kept;
    write(this.folder, kept);
  }
}

export interface StateOptions {
  readonly folder: string;
  /** Begin anew. */
  readonly fresh: boolean;
  /** The address of a server that is not ours; null: ours. */
  readonly elasticsearch: string | null;
}

/**
 * Opens the state in a folder, or makes it. Throws `WrongUse` where it can't, where another start has it, and where its
 * documents are on another server: its cursors would skip what this one lacks.
 */
export async function openState({ folder, fresh, elasticsearch }: StateOptions): Promise<State> {
  try {
    await refuseUsed(folder);
    if (fresh) removeState(folder);
    return existsSync(join(folder, FILE)) ? oldState(folder, elasticsearch) : newState(folder);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    const why = WHY[String(error.code)] ?? `it can't be used (${error.code})`;
    throw new WrongUse(`--state ${folder}: expected a folder that can be written, but ${why}. Name another one.`);
  }
}

const FILE = 'state.json';

const WHY: Readonly<Record<string, string>> = {
  EEXIST: 'it is a file',
  ENOTDIR: 'it is a file, or below one',
  ENOENT: 'it can’t be made there',
  EACCES: 'there is no permission for it',
  EROFS: 'this file system can’t be written',
};

/** The lock is the table's own, so that a start that was killed leaves none. */
async function refuseUsed(folder: string): Promise<void> {
  const directory = join(folder, 'dynamodb');
  if (!existsSync(join(directory, 'CURRENT'))) return;
  const table = await startDynamoDB({ directory }).catch((error: unknown) => {
    throw new WrongUse(`--state ${folder}: ${error instanceof Error ? error.message : String(error)}.`);
  });
  await table.close();
}

function oldState(folder: string, elasticsearch: string | null): State {
  const file = join(folder, FILE);
  const parsed = Kept.safeParse(parseJson(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new WrongUse(`${file}: not a state that this version knows. Begin anew with --fresh.`);
  const { elasticsearch: before } = parsed.data;
  if (before === undefined || before === elasticsearch) return new State(folder, parsed.data);
  throw new WrongUse(
    `${folder}: its documents are in ${before ?? 'an Elasticsearch of its own'}, and ELASTICSEARCH_URL ` +
      `${elasticsearch === null ? 'is not set' : `names ${elasticsearch}`}. Set it as it was, or begin anew with --fresh.`,
  );
}

function newState(folder: string): State {
  mkdirSync(folder, { recursive: true });
  const kept: Kept = { cluster: `try-${randomBytes(4).toString('hex')}`, fed: [] };
  write(folder, kept);
  return new State(folder, kept);
}

/** Nothing but what `try` has made: the folder may be one of a person's own. */
function removeState(folder: string): void {
  if (existsSync(folder) && !existsSync(join(folder, FILE)) && readdirSync(folder).length > 0)
    throw new WrongUse(`--state ${folder}: there is something in it, and no ${FILE} of try: nothing was removed.`);
  removeHome(join(folder, 'elasticsearch'));
  rmSync(folder, { recursive: true, force: true });
}

/** By rename, so that a kill leaves the old file or the new one. */
function write(folder: string, kept: Kept): void {
  const file = join(folder, FILE);
  writeFileSync(`${file}.new`, `${JSON.stringify(kept, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

function digest(lines: readonly string[]): string {
  const hash = createHash('sha256');
  for (const line of lines) hash.update(`${line}\n`);
  return hash.digest('hex');
}
