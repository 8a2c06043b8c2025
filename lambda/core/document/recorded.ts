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

/** One row makes both the mapping and the document, so that they can't drift. A key of the path may hold dots. */
export interface Field {
  readonly path: readonly string[];
  readonly type: FieldType;
  readonly from: (recorded: Recorded) => unknown;
}

export function field(path: string, type: FieldType, from: (recorded: Recorded) => unknown): Field {
  return { path: path.split('.'), type, from };
}
