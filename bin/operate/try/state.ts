import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../../lambda/core/json.ts';
import { WrongUse } from '../../../lib/problems/usage.ts';
import { removeHome } from '../../../local/elasticsearch/home.ts';

const Kept = z.object({
  /** Its indices are this state's alone, also on a server that others use. */
  cluster: z.string(),
  /** The address of a server that is not ours; null where the documents are below this folder. */
  elasticsearch: z.string().nullable(),
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

  path(name: string): string {
    return join(this.folder, name);
  }

  hasFed(content: Buffer): boolean {
    return this.#kept.fed.includes(digest(content));
  }

  rememberFed(content: Buffer): void {
    this.#keep({ ...this.#kept, fed: [...this.#kept.fed, digest(content)] });
  }

  #keep(kept: Kept): void {
    this.#kept = kept;
    write(this.folder, kept);
  }
}

/**
 * Opens the state in `folder`, or makes it. `elasticsearch` is the address of a server that is not ours. Throws
 * `WrongUse` where the documents of this state are on another server: its cursors would skip what this one lacks.
 */
export function openState(folder: string, fresh: boolean, elasticsearch: string | undefined): State {
  if (fresh) removeState(folder);
  const file = join(folder, 'state.json');
  if (!existsSync(file)) return newState(folder, elasticsearch ?? null);
  const parsed = Kept.safeParse(parseJson(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new WrongUse(`${file}: not a state that this version knows. Begin anew with --fresh.`);
  const { elasticsearch: before } = parsed.data;
  if (before === (elasticsearch ?? null)) return new State(folder, parsed.data);
  throw new WrongUse(
    `${folder}: its documents are in ${before ?? 'an Elasticsearch of its own'}, and ELASTICSEARCH_URL ` +
      `${elasticsearch === undefined ? 'is not set' : `names ${elasticsearch}`}. Set it as it was, or begin anew with --fresh.`,
  );
}

function newState(folder: string, elasticsearch: string | null): State {
  mkdirSync(folder, { recursive: true });
  const kept: Kept = {
    cluster: `try-${randomBytes(4).toString('hex')}`,
    elasticsearch,
    fed: [],
  };
  write(folder, kept);
  return new State(folder, kept);
}

function removeState(folder: string): void {
  removeHome(join(folder, 'elasticsearch'));
  rmSync(folder, { recursive: true, force: true });
}

/** By rename, so that a kill leaves the old file or the new one. */
function write(folder: string, kept: Kept): void {
  const file = join(folder, 'state.json');
  writeFileSync(`${file}.new`, `${JSON.stringify(kept, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

function digest(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
