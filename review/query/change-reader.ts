import { textAt } from '../../lambda/core/json.ts';
import type { AuditSearch } from '../../lib/elasticsearch/search.ts';
import { type Change, changeOf, hasMore } from './change.ts';
import { eventIn } from './event.ts';
import { type Manifest, manifestOf } from './manifest.ts';
import type { ObjectKey } from './object.ts';
import type { Row } from './row.ts';
import { hitsOf } from './timeline.ts';

/** Lines of the first answer: each may have 1.5 million characters. */
const FIRST = 5;
/** Lines of an answer, and how many characters these should have. */
const MOST = 25;
const CHARACTERS = 4_000_000;

/** Reads what events did to one object, the line of each once. */
export class ChangeReader {
  readonly key: ObjectKey;
  readonly #search: AuditSearch;
  readonly #changes = new Map<string, Change | undefined>();
  readonly #manifests = new Map<string, Manifest>();
  #lines = 0;
  #characters = 0;

  constructor(search: AuditSearch, key: ObjectKey) {
    this.#search = search;
    this.key = key;
  }

  /** Characters of the lines that were read. */
  get characters(): number {
    return this.#characters;
  }

  /** Reads rows in their order until it is enough; gives those that were read. Rows without a line to read are free. */
  async read(rows: readonly Row[], isEnough: () => boolean): Promise<readonly Row[]> {
    let at = 0;
    while (at < rows.length) {
      const end = batchEnd(rows, at, this.#batchSize());
      const batch = rows.slice(at, end);
      const wanted = batch.filter((row) => hasMore(row) && !this.#changes.has(row.id));
      if (wanted.length > 0 && isEnough()) break;
      const lines = await linesOf(this.#search, wanted);
      for (const row of batch) if (!this.#changes.has(row.id)) this.#note(row, lines.get(row.id));
      at = end;
    }
    return rows.slice(0, at);
  }

  /** undefined: it changed nothing of the object, or was not read. */
  change({ id }: Row): Change | undefined {
    return this.#changes.get(id);
  }

  /** Of a version; undefined: its body can't be read. */
  manifest({ id }: Row): Manifest | undefined {
    return this.#manifests.get(id);
  }

  #batchSize(): number {
    if (this.#lines === 0) return FIRST;
    return Math.min(MOST, Math.max(1, Math.floor((CHARACTERS * this.#lines) / this.#characters)));
  }

  #note(row: Row, line: string | undefined): void {
    const event = line === undefined ? undefined : eventIn(line);
    const change = changeOf(row, event, this.key);
    this.#changes.set(row.id, change);
    const manifest = change?.deed.kind === 'version' ? manifestOf(event) : undefined;
    if (manifest !== undefined) this.#manifests.set(row.id, manifest);
    if (line === undefined) return;
    this.#lines += 1;
    this.#characters += line.length;
  }
}

/** Where the rows end that have so many lines to read, with those behind them that have none. */
function batchEnd(rows: readonly Row[], from: number, size: number): number {
  let [end, lines] = [from, 0];
  for (const row of rows.slice(from)) {
    if (hasMore(row)) lines += 1;
    if (lines > size) break;
    end += 1;
  }
  return end;
}

/** The lines of these events by their ids. */
async function linesOf(search: AuditSearch, rows: readonly Row[]): Promise<ReadonlyMap<string, string>> {
  if (rows.length === 0) return new Map();
  const query = { terms: { 'event.id': rows.map(({ id }) => id) } };
  const body = { size: rows.length, query, _source: ['event.id', 'event.original'], track_total_hits: false };
  const hits = hitsOf(await search.search(body));
  return new Map(hits.map((hit) => [textOf(hit, 'id'), textOf(hit, 'original')]));
}

function textOf(hit: unknown, key: string): string {
  return textAt(hit, '_source', 'event', key) ?? '';
}
