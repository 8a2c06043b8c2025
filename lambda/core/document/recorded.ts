import type { Cluster } from '../../contract.ts';
import type { JsonObject } from '../json.ts';
import type { Line } from '../line.ts';
import type { FieldType } from './fit.ts';

/** All that a document is made of. */
export interface Recorded {
  /** As kept after the policy. */
  readonly event: JsonObject;
  readonly line: Line;
  readonly cluster: Cluster;
  readonly id: string;
  /** `@timestamp`, milliseconds. */
  readonly time: number;
  /** When the forwarder handled it, milliseconds. */
  readonly ingested: number;
  readonly original: string;
}

/** A column of the documents' table, as the mapping has it. It is never taken away: documents of before hold it. */
export interface Column {
  /** A key of it may hold dots. */
  readonly path: readonly string[];
  readonly type: FieldType;
  /** The shape with which it came: documents of the shapes before lack it. */
  readonly since: number;
  /**
   * The shape with which its meaning last changed: what documents of the shapes before say there can't be told any
   * more. Absent: it never did.
   */
  readonly changed?: number;
}

/** One row makes both the mapping and the document, so that they can't drift. */
export type Field = Column & Source;

/** Where a field's value comes from. What stands in the event is named by its path, without code of its own. */
export type Source =
  /** A path in the event. */
  | { readonly at: readonly string[] }
  /** A path in the event that leads through lists: each entry is followed, and what is found is one flat list. */
  | { readonly each: readonly string[] }
  | { readonly from: (recorded: Recorded) => unknown };

/** The shape that documents had at first. */
export const FIRST_SHAPE = 1;

export function field(path: string, type: FieldType, from: (recorded: Recorded) => unknown): Field {
  return { ...column(path, type), from };
}

/** One that was there from the first; of a later one say so: `{ ...column(…), since: 2 }`. */
export function column(path: string, type: FieldType): Column {
  return { path: path.split('.'), type, since: FIRST_SHAPE };
}
