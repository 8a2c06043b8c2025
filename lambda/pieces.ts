import type { BulkItem } from './core/bulk/bulk.ts';
import type { Parcel, ParkedParcel } from './core/document/judge.ts';
import type { Outcome, ParkReason } from './core/ledger/outcome.ts';

/** What the pieces of a parcel share. */
interface Group {
  readonly parcel: Parcel;
  /** Of each item, by its place among the parcel's; of one that was refused, what became of what went in its place. */
  readonly outcomes: Outcome[];
  /** How many items are still without one. */
  left: number;
  /** Whether smaller parts took their place. */
  replaced: boolean;
  readonly settle: (outcome: Outcome) => void;
}

/** One item of a parcel on its way. */
export interface Piece {
  readonly item: BulkItem;
  /** Its place among the parcel's items. */
  readonly at: number;
  readonly bytes: number;
  /** When its index stops taking writes, milliseconds. */
  readonly indexEnd: number;
  /** What goes in its place where Elasticsearch will never take it; undefined: it is that already. */
  readonly parkedAs: ((reason: ParkReason, detail: string) => ParkedParcel) | undefined;
  readonly group: Group;
  /** How often the server refused it for its size while it was alone in a request. */
  alone: number;
}

const ACTION_BYTES = 120;

/** `settle` is called once, when each item has its outcome. */
export function piecesOf(parcel: Parcel, settle: Group['settle']): Piece[] {
  const group: Group = { parcel, outcomes: [], left: parcel.items.length, replaced: false, settle };
  const pieceOf = (item: BulkItem, at: number) => ({ item, at, bytes: bytesOf(item), group, alone: 0 });
  if (parcel.kind === 'parked')
    return parcel.items.map((item, at) => ({
      ...pieceOf(item, at),
      indexEnd: Number.POSITIVE_INFINITY,
      parkedAs: undefined,
    }));
  return parcel.items.map((item, at) => ({
    ...pieceOf(item, at),
    indexEnd: item.indexEnd,
    parkedAs: (reason, detail) => parcel.parkedAs(reason, detail, item),
  }));
}

/** An item has its outcome; with the last one the parcel has: parked where one of them is, else new where one is. */
export function finish(group: Group, at: number, outcome: Outcome): void {
  group.outcomes[at] = outcome;
  group.left -= 1;
  if (group.left > 0) return;
  const of = (kind: Outcome['kind']) => group.outcomes.find((each) => each?.kind === kind);
  group.settle(of('parked') ?? of('indexed') ?? outcome);
}

export function bytesOf({ body }: BulkItem): number {
  return Buffer.byteLength(body) + ACTION_BYTES;
}

export function sizeOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { bytes }) => sum + bytes, 0);
}
