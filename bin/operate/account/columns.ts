import { parkedColumns } from '../../../lambda/core/document/parked.ts';
import { fields } from '../../../lambda/core/document/profiles/ecs.ts';
import { type Column, FIRST_SHAPE } from '../../../lambda/core/document/recorded.ts';
import { SHAPE } from '../../../lambda/core/document/shape.ts';
import type { Row } from '../../../lambda/core/ledger/row.ts';
import { MINUTE } from '../../../lambda/core/time.ts';

/** The columns that this version knows, and the shape of the documents that it makes. */
export interface Table {
  readonly event: readonly Column[];
  readonly parked: readonly Column[];
  readonly shape: number;
}

export const TABLE: Table = { event: fields, parked: parkedColumns, shape: SHAPE };

/** What a document must say in a column. */
export type Rule =
  /** What its line makes. */
  | 'right'
  /** The same; or nothing, where it is older than the column. */
  | 'right or absent'
  /** A text, whatever it says. */
  | 'text'
  /** Anything, or nothing. */
  | 'any'
  /** One of these texts. */
  | readonly string[];

export interface Leaf {
  /** Its keys, with dots between them. */
  readonly name: string;
  readonly rule: Rule;
}

/** Columns by the keys of their paths. */
export type Branch = ReadonlyMap<string, Branch | Leaf>;

type Growing = Map<string, Growing | Leaf>;

/** When it was handled, in which line it was found (an event may stand in two), and what Elasticsearch said of it. */
const NOT_COMPARED = /^(event\.ingested|aws\.cloudwatch\.\w+|parked\.detail)$/;

/**
 * Rules for a document that came from a file: where its line was found is not what CloudWatch says, and who imports an
 * archive may not know whose account it is of.
 */
export const FROM_A_FILE: Readonly<Record<string, Rule>> = {
  ...rulesOf('any', ['log_group', 'log_stream', 'event_id', 'timestamp', 'ingestion_time'], 'aws.cloudwatch.'),
  ...rulesOf('any', ['log.file.path', 'log.offset']),
  ...rulesOf('right or absent', ['cloud.account.id', 'orchestrator.cluster.id']),
};

function rulesOf(rule: Rule, names: readonly string[], before = ''): Readonly<Record<string, Rule>> {
  return Object.fromEntries(names.map((name) => [before + name, rule]));
}

/** `oldest`: the shape of the oldest documents. `others`: rules of columns that have one of their own. */
export function branchOf(
  columns: readonly Column[],
  oldest: number,
  others: Readonly<Record<string, Rule>> = {},
): Branch {
  const root: Growing = new Map();
  for (const { path, ...column } of columns) {
    const name = path.join('.');
    const rule = others[name] ?? (NOT_COMPARED.test(name) ? 'text' : ruleOf(column, oldest));
    put(root, path, { name, rule });
  }
  return root;
}

function ruleOf({ since, changed = since }: Omit<Column, 'path'>, oldest: number): Rule {
  if (changed > since && changed > oldest) return 'any';
  return since > oldest ? 'right or absent' : 'right';
}

function put(root: Growing, path: readonly string[], leaf: Leaf): void {
  let branch = root;
  for (const key of path.slice(0, -1)) {
    const there = branch.get(key);
    const next: Growing = there instanceof Map ? there : new Map();
    branch.set(key, next);
    branch = next;
  }
  branch.set(path.at(-1) ?? '', leaf);
}

/** Milliseconds: what a version may have sent before it was ended without having written a row. */
export const UNNAMED = 60 * MINUTE;

/**
 * The shape of the oldest documents that a minute may have. Its row names the versions that sent it and wrote the row.
 * One that was ended in between, as each upgrade ends one, is named by the rows before.
 */
export function oldestShape(rows: ReadonlyMap<number, Row>, minute: number): number {
  let oldest = rows.get(minute)?.shapes[0] ?? FIRST_SHAPE;
  for (let before = minute - MINUTE; before >= minute - UNNAMED; before -= MINUTE)
    oldest = Math.min(oldest, rows.get(before)?.shapes[0] ?? oldest);
  return oldest;
}
