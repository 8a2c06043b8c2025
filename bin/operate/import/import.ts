import { type FileResult, type Importing, importFile } from './import-file.ts';
import { addCounted, type Counted, NOTHING_COUNTED, type Positions } from './positions.ts';
import type { Archive } from './recognise.ts';

export interface Imported {
  readonly files: readonly FileResult[];
  readonly total: Counted;
  /** What ended it before the last file, a sentence; undefined: nothing did. */
  readonly stopped: string | undefined;
  /** Files that it did not come to. */
  readonly left: readonly string[];
}

/** Imports file after file. `done` hears of each. */
export async function importAll(
  archives: readonly Archive[],
  importing: Importing,
  done: (file: FileResult) => void,
): Promise<Imported> {
  const files: FileResult[] = [];
  let stopped: string | undefined;
  for (const archive of archives) {
    const file = await importFile(archive, importing);
    files.push(file);
    done(file);
    if (!file.isStopped) continue;
    stopped = file.unread;
    break;
  }
  const left = archives.slice(files.length).map(({ input }) => input.name);
  return { files, total: files.reduce<Counted>(addCounted, NOTHING_COUNTED), stopped, left };
}

/** Whether all of all files was read. */
export function isRead({ files, left }: Imported): boolean {
  return left.length === 0 && files.every(({ unread }) => unread === undefined);
}

/** Whether each line has its outcome, and none of them is that Elasticsearch refused its document. */
export function isTaken({ total: { taken } }: Imported): boolean {
  const { refused, unaccounted } = taken.totals;
  return refused === 0 && unaccounted === 0;
}

/**
 * Lines whose document is not proven to be there, when all was read once more to ask for it. Whatever the import has
 * taken must come again: a file may have changed since.
 */
export function unproven(imported: Imported, again: Imported): number {
  const { read, unaccounted } = again.total.taken.totals;
  return unaccounted + Math.max(0, imported.total.taken.totals.read - read);
}

/** Once all is read, the same command begins anew. */
export async function forgetDone(positions: Pick<Positions, 'forget'>, imported: Imported): Promise<void> {
  if (isRead(imported)) await positions.forget();
}
