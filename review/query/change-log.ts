import type { AuditSearch } from '../../lib/elasticsearch/search.ts';
import type { ObjectKey } from './object.ts';
import type { Row } from './row.ts';
import type { Cursor } from './timeline.ts';

/** The lives of an object and what changed in them, newest first. */
export interface ChangeLog {
  readonly key: ObjectKey;
  readonly lives: readonly Life[];
  /** Where the log goes on with what is older; absent: it ends here. */
  readonly next?: Cursor;
}

/** From a creation to a deletion: an object made anew under the same name is another one. */
export interface Life {
  /** Absent: no event told it. */
  readonly uid?: string;
  readonly entries: readonly Entry[];
}

export interface Entry {
  readonly row: Row;
  readonly kind: EntryKind;
  /** One line in words: `egress to 10.0.0.0/8 added`. */
  readonly summary: string;
  /** Further changes of the same event, one line each; a long list ends with how many more there are. */
  readonly details: readonly string[];
  /** The version that this one changed, to be diffed with; absent: none is known, or there is nothing to diff. */
  readonly before?: VersionRef;
  /** The body is what the caller sent, before defaults and admission: the answer was not recorded. */
  readonly isAsSent: boolean;
  /** What is missing of the evidence: whole sentences. */
  readonly notes: readonly string[];
}

export type EntryKind =
  /** The object was as the answer shows it from here on. */
  | 'version'
  /** A write that changed nothing: equal resourceVersion. */
  | 'no change'
  /** A change without a body: nobody recorded what. */
  | 'unknown change'
  /** Something was done to it that is no version of it: `scale`, `status`, `eviction`, `token`. */
  | 'line'
  | 'failure'
  | 'dry run'
  | 'deletion requested'
  | 'deleted'
  /** A deletion of many that names it. */
  | 'deleted with a collection'
  /** A deletion of many, or of its namespace, that does not tell. */
  | 'may have been deleted';

/** Shown in grey, and never diffed. */
export function isGrey({ kind }: Entry): boolean {
  return kind === 'failure' || kind === 'dry run';
}

/** An event whose body is a version of the object. */
export interface VersionRef {
  readonly id: string;
  readonly time: number;
  readonly uid?: string;
  readonly resourceVersion?: string;
}

export interface ChangeLogOptions {
  /** Events at the most. Default 100. */
  readonly size?: number;
  readonly after?: Cursor;
}

/** What became of an object, a page at a time. */
export async function changeLog(
  _search: AuditSearch,
  _key: ObjectKey,
  _options: ChangeLogOptions = {},
): Promise<ChangeLog> {
  throw new Error('Expected a change log, which is not written yet.');
}
