import type { Row } from './row.ts';

/** One event of a change log. */
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
