import type { Row } from '../../../../lambda/core/ledger/row.ts';
import type { Checkpoint } from '../../../../lambda/core/minutes/checkpoint.ts';

export function byMinute(...rows: readonly Row[]): ReadonlyMap<number, Row> {
  return new Map(rows.map((each) => [each.minute, each]));
}

export function checkpoint(start: number, cursors: Readonly<Record<number, number>>): Checkpoint {
  const byAge = new Map(Object.entries(cursors).map(([age, at]): [number, number] => [Number(age), at]));
  return { start, cursors: byAge, judged: [], parts: new Map(), naming: '' };
}
